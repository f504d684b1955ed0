export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" fill="none" strokeLinecap="round">
      <path d="M2 5c6.500 0 6.500 6.200 12 6.600" stroke="var(--cat-1)" strokeWidth="2.4" />
      <path d="M2 12h12" stroke="var(--accent)" strokeWidth="2.4" />
      <path d="M2 19c6.500 0 6.500-6.200 12-6.600" stroke="var(--accent-hover)" strokeWidth="2.4" />
      <path d="M14 12h7" stroke="var(--accent)" strokeWidth="4.6" />
    </svg>
  );
}
