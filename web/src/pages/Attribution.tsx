export default function Attribution() { return null; }
