import { DAYS, type Validity, type WeeklyPlan } from "../format/validity";
import { dateTime, fromLocalInput, remaining, toLocalInput } from "../format/time";
import { phase } from "../format/validity";
import { Segmented } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Badge, useNow } from "../ui/parts";

const KINDS: { key: Validity["kind"]; label: string }[] = [
    { key: "always", label: "Always" },
    { key: "from", label: "From" },
    { key: "until", label: "Until" },
    { key: "between", label: "Between" },
    { key: "duration", label: "For a time" },
];

const SPANS = [
    { seconds: 3600, label: "1 h" },
    { seconds: 4 * 3600, label: "4 h" },
    { seconds: 8 * 3600, label: "8 h" },
    { seconds: 86_400, label: "1 day" },
    { seconds: 7 * 86_400, label: "1 week" },
];

const DAY_MILLIS = 86_400_000;
const WIDTH = 600;

/** Where the grant lies around now: two weeks, or as much as its ends need. */
export function Timeline({ validity }: { validity: Validity }) {
    const time = useNow();
    const from = validity.kind === "from" || validity.kind === "between" ? Date.parse(validity.from ?? "") : validity.kind === "duration" ? time : NaN;
    const until = validity.kind === "until" || validity.kind === "between" ? Date.parse(validity.until ?? "")
        : validity.kind === "duration" ? time + (validity.durationSeconds ?? 0) * 1000 : NaN;
    const known = [time, from, until].filter((value) => !Number.isNaN(value));
    const margin = Math.max((Math.max(...known) - Math.min(...known)) * 0.18, known.length > 1 ? 1_800_000 : 7 * DAY_MILLIS);
    const left = Math.min(...known) - margin;
    const right = Math.max(...known) + margin;
    const x = (at: number): number => Math.max(0, Math.min(WIDTH, ((at - left) / (right - left)) * WIDTH));
    const start = Number.isNaN(from) ? 0 : x(from);
    const end = Number.isNaN(until) ? WIDTH : x(until);
    const anchor = (at: number): "start" | "middle" | "end" => (at < 90 ? "start" : at > WIDTH - 90 ? "end" : "middle");
    const label = `Valid ${Number.isNaN(from) ? "already" : `from ${dateTime(new Date(from).toISOString())}`}, ${Number.isNaN(until) ? "without end" : `until ${dateTime(new Date(until).toISOString())}`}`;
    return (
        <svg class="timeline" viewBox={`0 0 ${WIDTH} 56`} role="img" aria-label={label}>
            <rect class="rail" x="0" y="20" width={WIDTH} height="10" rx="5" />
            {end > start && <rect class="on" x={start} y="20" width={end - start} height="10" rx="5" />}
            <line class="now" x1={x(time)} x2={x(time)} y1="14" y2="36" />
            <text x={x(time)} y="10" text-anchor={anchor(x(time))}>now</text>
            {!Number.isNaN(from) && validity.kind !== "duration" && <text x={start} y="50" text-anchor={anchor(start)}>{dateTime(new Date(from).toISOString())}</text>}
            {!Number.isNaN(until) && <text x={end} y="50" text-anchor={anchor(end)}>{dateTime(new Date(until).toISOString())}</text>}
        </svg>
    );
}

/** The state of a grant, with a clock while it runs. */
export function ValidityState({ from, until }: { from?: string | undefined; until?: string | undefined }) {
    const time = useNow();
    const state = phase({ ...(from && { from }), ...(until && { until }) }, time);
    if (state === "over") {
        return <Badge>over</Badge>;
    }
    if (state === "upcoming" && from !== undefined) {
        return <Badge tone="accent">in {remaining(from, time)}</Badge>;
    }
    return until === undefined ? <Badge tone="ok">in force</Badge> : <Badge tone="warn">{remaining(until, time)} left</Badge>;
}

function FieldError({ text }: { text: string | undefined }) {
    return text === undefined ? null : <p class="error" role="alert"><Icon name="warn" />{text}</p>;
}

function Weekly({ plan, onChange, error }: { plan: WeeklyPlan; onChange: (plan: WeeklyPlan) => void; error: string | undefined }) {
    const toggle = (day: number): void =>
        onChange({ ...plan, days: plan.days.includes(day) ? plan.days.filter((one) => one !== day) : [...plan.days, day] });
    return (
        <div class="stack">
            <fieldset class="field">
                <legend>Days</legend>
                <div class="days">
                    {DAYS.map((name, day) => (
                        <label key={name}>
                            <input type="checkbox" checked={plan.days.includes(day)} onChange={() => toggle(day)} />
                            {name}
                        </label>
                    ))}
                </div>
                <FieldError text={error} />
            </fieldset>
            <div class="pair">
                <div class="field"><label for="weekly-start">From</label><input id="weekly-start" class="input" type="time" value={plan.start} onInput={(event) => onChange({ ...plan, start: event.currentTarget.value })} /></div>
                <div class="field"><label for="weekly-end">To</label><input id="weekly-end" class="input" type="time" value={plan.end} onInput={(event) => onChange({ ...plan, end: event.currentTarget.value })} /></div>
                <div class="field">
                    <label for="weekly-zone">Time zone</label>
                    <select id="weekly-zone" class="select" value={plan.zone} onChange={(event) => onChange({ ...plan, zone: event.currentTarget.value })}>
                        {zones(plan.zone).map((zone) => <option key={zone}>{zone}</option>)}
                    </select>
                </div>
            </div>
        </div>
    );
}

function zones(current: string): string[] {
    return [...new Set([current, "UTC", ...Intl.supportedValuesOf("timeZone")])];
}

const WORK_WEEK: WeeklyPlan = { days: [0, 1, 2, 3, 4], start: "08:00", end: "18:00", zone: Intl.DateTimeFormat().resolvedOptions().timeZone };

/** Chooses when a grant counts. */
export function ValidityEditor({ value, errors, onChange }: { value: Validity; errors: Record<string, string>; onChange: (value: Validity) => void }) {
    const { kind } = value;
    const local = (name: "from" | "until", label: string) => (
        <div class="field">
            <label for={`validity-${name}`}>{label}</label>
            <input
                id={`validity-${name}`}
                class="input"
                type="datetime-local"
                value={toLocalInput(value[name])}
                aria-invalid={errors[name] !== undefined || undefined}
                onInput={(event) => {
                    const { [name]: _, ...rest } = value;
                    const at = fromLocalInput(event.currentTarget.value);
                    onChange(at === undefined ? rest : { ...rest, [name]: at });
                }}
            />
            <FieldError text={errors[name]} />
        </div>
    );
    const weekly = (on: boolean): void => {
        const { weekly: _, weeklyText: __, ...rest } = value;
        onChange(on ? { ...rest, weekly: WORK_WEEK } : rest);
    };
    return (
        <fieldset class="field">
            <legend>When it holds</legend>
            <div class="stack">
                <Segmented name="validity" label="When it holds" value={kind} choices={KINDS} onChange={(key) => onChange({ ...value, kind: key, ...(key === "duration" && value.durationSeconds === undefined && { durationSeconds: 3600 }) })} />
                <div class="pair">
                    {(kind === "from" || kind === "between") && local("from", "Begins")}
                    {(kind === "until" || kind === "between") && local("until", "Ends")}
                </div>
                {kind === "duration" && (
                    <div class="field">
                        <Segmented
                            name="validity-span"
                            label="How long"
                            value={String(value.durationSeconds ?? "")}
                            choices={SPANS.map((one) => ({ key: String(one.seconds), label: one.label }))}
                            onChange={(key) => onChange({ ...value, durationSeconds: Number(key) })}
                        />
                        <FieldError text={errors.durationSeconds} />
                    </div>
                )}
                <Timeline validity={value} />
                <label class="switch">
                    <b>Only at certain hours of the week</b>
                    <input type="checkbox" role="switch" checked={value.weekly !== undefined || value.weeklyText !== undefined} onChange={(event) => weekly(event.currentTarget.checked)} />
                </label>
                {value.weekly && <Weekly plan={value.weekly} error={errors.weekly} onChange={(plan) => onChange({ ...value, weekly: plan })} />}
                {value.weeklyText !== undefined && (
                    <div class="field">
                        <label for="weekly-text">Schedule</label>
                        <input id="weekly-text" class="input mono" value={value.weeklyText} onInput={(event) => onChange({ ...value, weeklyText: event.currentTarget.value })} />
                        <FieldError text={errors.weekly} />
                    </div>
                )}
            </div>
        </fieldset>
    );
}
