/** A time in which a grant holds without a break. */
export interface Window {
    from: string;
    until: string;
}

/** A week as it is drawn: places as shares of its length. */
export interface Week {
    days: { at: number; x: number }[];
    parts: { x: number; width: number }[];
    now: number | undefined;
}

const DAYS = 7;

/** Today and the thirteen days behind it, in two weeks; days that the clocks change in are as long as they are. */
export function weeks(windows: Window[], nowMillis: number): Week[] {
    const today = new Date(nowMillis);
    const midnight = (days: number): number => new Date(today.getFullYear(), today.getMonth(), today.getDate() + days).getTime();
    return [0, DAYS].map((first) => {
        const start = midnight(first);
        const end = midnight(first + DAYS);
        const x = (at: number): number => (Math.min(end, Math.max(start, at)) - start) / (end - start);
        return {
            days: Array.from({ length: DAYS }, (_, index) => midnight(first + index)).map((at) => ({ at, x: x(at) })),
            parts: windows
                .map((one) => ({ x: x(Date.parse(one.from)), end: x(Date.parse(one.until)) }))
                .filter((part) => part.end > part.x)
                .map((part) => ({ x: part.x, width: part.end - part.x })),
            now: nowMillis >= start && nowMillis < end ? x(nowMillis) : undefined,
        };
    });
}
