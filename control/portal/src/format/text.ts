const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** A count of bytes with three digits. */
export function bytes(count: number): string {
    let value = count;
    let unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
        value /= 1000;
        unit++;
    }
    const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A count with thin groups. */
export function count(value: number): string {
    return new Intl.NumberFormat("en").format(value);
}

/** Up to two letters for a picture of somebody. */
export function initials(name: string): string {
    const words = name.split(/[\s._-]+/).filter((word) => word !== "");
    const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0] ?? "?"];
    return letters.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}

/** `a, b ,c` as a list. */
export function list(text: string): string[] {
    return text
        .split(/[\s,;]+/)
        .map((part) => part.trim())
        .filter((part) => part !== "");
}

/** An address, and where it is on earth if the server knows; undefined without one. */
export function placed(address: string | undefined, place: string | undefined): string | undefined {
    return place === undefined || !address ? address || undefined : `${address} (${place})`;
}

export function plural(amount: number, one: string, many = `${one}s`): string {
    return `${count(amount)} ${amount === 1 ? one : many}`;
}

/** `user.created` for people. */
export function actionName(action: string): string {
    const words = action.replace(/[._-]+/g, " ").trim();
    return words.charAt(0).toUpperCase() + words.slice(1);
}

const FACTORS: Record<string, string> = { passkey: "Passkey", totp: "Authenticator app", recovery: "Recovery codes", email: "Code by e-mail" };

/** A kind of second factors for people. */
export function factorName(kind: string): string {
    return FACTORS[kind] ?? kind;
}

/** A browser out of its description of itself. */
export function browserName(agent: string): string {
    const browser =
        /Edg\//.test(agent) ? "Edge"
        : /Firefox\//.test(agent) ? "Firefox"
        : /Chrom(e|ium)\//.test(agent) ? "Chrome"
        : /Safari\//.test(agent) ? "Safari"
        : /sekisho/i.test(agent) ? "sekisho CLI"
        : "Unknown client";
    const system =
        /Android/.test(agent) ? "Android"
        : /iPhone|iPad/.test(agent) ? "iOS"
        : /Windows/.test(agent) ? "Windows"
        : /Mac OS X/.test(agent) ? "macOS"
        : /Linux/.test(agent) ? "Linux"
        : "";
    return system === "" ? browser : `${browser} on ${system}`;
}
