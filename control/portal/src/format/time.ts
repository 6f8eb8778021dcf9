const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const exactMoment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });

export function dateTime(iso: string): string {
    return moment.format(new Date(iso));
}

export function exactTime(iso: string): string {
    return exactMoment.format(new Date(iso));
}

export function clockTime(iso: string): string {
    return clock.format(new Date(iso));
}

/** "3 minutes ago", "in 2 days". */
export function ago(iso: string, nowMillis: number): string {
    const seconds = Math.round((Date.parse(iso) - nowMillis) / 1000);
    const size = Math.abs(seconds);
    if (size < 10) {
        return "just now";
    }
    if (size < MINUTE) {
        return relative.format(seconds, "second");
    }
    if (size < HOUR) {
        return relative.format(Math.trunc(seconds / MINUTE), "minute");
    }
    if (size < DAY) {
        return relative.format(Math.trunc(seconds / HOUR), "hour");
    }
    return relative.format(Math.trunc(seconds / DAY), "day");
}

/** A span such as "15 min" or "2 d 4 h": its two largest parts. */
export function span(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const parts: [number, string][] = [
        [Math.floor(whole / DAY), "d"],
        [Math.floor((whole % DAY) / HOUR), "h"],
        [Math.floor((whole % HOUR) / MINUTE), "min"],
        [whole % MINUTE, "s"],
    ];
    const first = parts.findIndex(([value]) => value > 0);
    if (first < 0) {
        return "0 s";
    }
    return parts
        .slice(first, first + 2)
        .filter(([value]) => value > 0)
        .map(([value, unit]) => `${value} ${unit}`)
        .join(" ");
}

/** What is left, for a clock that runs: "2:05" or "1:02:05". */
export function remaining(untilIso: string, nowMillis: number): string {
    const seconds = Math.max(0, Math.ceil((Date.parse(untilIso) - nowMillis) / 1000));
    if (seconds >= DAY) {
        return span(seconds);
    }
    const two = (value: number): string => String(value).padStart(2, "0");
    const hours = Math.floor(seconds / HOUR);
    const rest = `${hours > 0 ? two(Math.floor((seconds % HOUR) / MINUTE)) : Math.floor(seconds / MINUTE)}:${two(seconds % MINUTE)}`;
    return hours > 0 ? `${hours}:${rest}` : rest;
}

/** The value of a datetime-local field, in the time zone of this device. */
export function toLocalInput(iso: string | undefined): string {
    if (iso === undefined || iso === "") {
        return "";
    }
    const date = new Date(iso);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocalInput(value: string): string | undefined {
    const date = new Date(value);
    return value === "" || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
