import { api, got } from "../api/client";
import { dateTime } from "../format/time";
import type { ValidityFields } from "../format/validity";
import { weeks, type Window } from "../format/windows";
import { useQuery } from "../state/queries";
import { useNow } from "../ui/parts";
import { Advanced } from "../ui/fields";

/** When something would hold in the next two weeks; nothing while it is not asked for or not known. */
export function useWindows(fields: ValidityFields, asked: boolean): Window[] | undefined {
    const query = { ...fields, durationSeconds: fields.durationSeconds?.toString() };
    const { durationSeconds, ...rest } = query;
    const key = asked ? `grants/windows?${JSON.stringify(fields)}` : "none";
    return useQuery(key, () => asked
        ? got(api.GET("/grants/windows", { params: { query: { ...rest, ...(durationSeconds !== undefined && { durationSeconds }) } } })).then((list) => list.items)
        : Promise.resolve(undefined)).data;
}

const DAY_WIDTH = 72;
const WIDTH = 7 * DAY_WIDTH;
const ROW = 58;
const RAIL = 26;
const TOLD = 6;
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric" });

function sentence(windows: Window[], now: number, deny: boolean): string {
    const holds = windows.some((one) => Date.parse(one.from) <= now && now < Date.parse(one.until));
    const word = deny ? "Denies" : "In force";
    const told = windows.slice(0, TOLD).map((one) => `${dateTime(one.from)} to ${dateTime(one.until)}`);
    const more = windows.length > TOLD ? `, and ${windows.length - TOLD} more times` : "";
    return windows.length === 0 ? `${word} at no time in the next two weeks.` : `${holds ? `${word} now.` : "Not now."} Next two weeks: ${told.join(", ")}${more}.`;
}

/** The next two weeks, a row each, with the times in which a grant holds, and now. */
export function Weeks({ windows, deny }: { windows: Window[]; deny: boolean }) {
    const now = useNow();
    const rows = weeks(windows, now);
    return (
        <figure class="stack">
            <svg class="timeline weeks" viewBox={`0 0 ${WIDTH} ${2 * ROW}`} role="img" aria-label={sentence(windows, now, deny)}>
                {rows.map((row, index) => (
                    <g key={index} transform={`translate(0 ${index * ROW})`}>
                        <rect class="rail" x="0" y={RAIL} width={WIDTH} height="16" rx="3" />
                        {row.days.map((one) => (
                            <g key={one.at}>
                                <line class="tick" x1={one.x * WIDTH} x2={one.x * WIDTH} y1={RAIL - 4} y2={RAIL + 16} />
                                <text x={one.x * WIDTH + 4} y={RAIL - 8}>{day.format(one.at)}</text>
                            </g>
                        ))}
                        {row.parts.map((part) => <rect key={part.x} class={deny ? "on deny" : "on"} x={part.x * WIDTH} y={RAIL} width={Math.max(2, part.width * WIDTH)} height="16" rx="3" />)}
                        {row.now !== undefined && <line class="now" x1={row.now * WIDTH} x2={row.now * WIDTH} y1={RAIL - 6} y2={RAIL + 22} />}
                    </g>
                ))}
            </svg>
            <figcaption class="small quiet">The next two weeks, in the time zone of this device ({Intl.DateTimeFormat().resolvedOptions().timeZone}). The red line is now.</figcaption>
            <Advanced label="In words">
                {windows.length === 0 ? <p class="small quiet">At no time.</p> : (
                    <ul class="small">{windows.map((one) => <li key={one.from}>{dateTime(one.from)} – {dateTime(one.until)}</li>)}</ul>
                )}
            </Advanced>
        </figure>
    );
}
