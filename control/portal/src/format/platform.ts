export const PLATFORMS = [
    { key: "windows", label: "Windows" },
    { key: "windows-user", label: "Windows without admin rights" },
    { key: "macos", label: "macOS" },
    { key: "linux", label: "Linux" },
    { key: "ios", label: "iPhone, iPad" },
    { key: "android", label: "Android" },
] as const;
export type Platform = (typeof PLATFORMS)[number]["key"];

/** What a browser runs on, by its description of itself; an iPad says that it is a Mac, with a screen to touch. */
export function platformOf(agent: string, touchPoints: number): Platform {
    return /Android/.test(agent) ? "android"
        : /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1) ? "ios"
        : /Windows/.test(agent) ? "windows"
        : /Macintosh|Mac OS X/.test(agent) ? "macos"
        : "linux";
}

/** The systems with the one that is at hand first. */
export function platformsFrom(first: Platform): { key: Platform; label: string }[] {
    return [...PLATFORMS].sort((a, b) => Number(b.key === first) - Number(a.key === first));
}
