import { signal } from "@preact/signals";

/** What lies over the page. */
export const paletteOpen = signal(false);
export const helpOpen = signal(false);

/** What `c` and the palette do on the page that is shown. */
export const mainAction = signal<{ label: string; run: () => void } | undefined>(undefined);
