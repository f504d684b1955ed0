/** Hatching for what is not attributed; defined once a page and used by id. */
export const UNATTRIBUTED_FILL = "url(#hatch-none)";

export function Patterns() {
  return (
    <svg width="0" height="0" style={{ position: "absolute" }} aria-hidden="true">
      <defs>
        <pattern id="hatch-none" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="1.6" height="5" fill="var(--chart-none)" />
        </pattern>
      </defs>
    </svg>
  );
}
