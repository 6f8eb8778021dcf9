/** When a grant counts, as the editor has it. */
export interface Validity {
    kind: "always" | "from" | "until" | "between" | "duration";
    from?: string;
    until?: string;
    durationSeconds?: number;
    weekly?: WeeklyPlan;
    /** A schedule with more than the editor can show, kept as it is. */
    weeklyText?: string;
}

/** Days (0 = Monday) and hours of the week, in a time zone. */
export interface WeeklyPlan {
    days: number[];
    start: string;
    end: string;
    zone: string;
}

export interface ValidityFields {
    from?: string;
    until?: string;
    durationSeconds?: number;
    weekly?: string;
}

export const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

export function fromFields(fields: ValidityFields): Validity {
    const kind =
        fields.durationSeconds !== undefined ? "duration"
        : fields.from !== undefined && fields.until !== undefined ? "between"
        : fields.from !== undefined ? "from"
        : fields.until !== undefined ? "until"
        : "always";
    const weekly = fields.weekly === undefined ? undefined : parseWeekly(fields.weekly);
    return {
        kind,
        ...(fields.from !== undefined && { from: fields.from }),
        ...(fields.until !== undefined && { until: fields.until }),
        ...(fields.durationSeconds !== undefined && { durationSeconds: fields.durationSeconds }),
        ...(weekly !== undefined ? { weekly } : fields.weekly !== undefined && { weeklyText: fields.weekly }),
    };
}

/** Only what the kind asks for goes to the server. */
export function toFields(validity: Validity): ValidityFields {
    const { kind } = validity;
    const fields: ValidityFields = {};
    if ((kind === "from" || kind === "between") && validity.from !== undefined) {
        fields.from = validity.from;
    }
    if ((kind === "until" || kind === "between") && validity.until !== undefined) {
        fields.until = validity.until;
    }
    if (kind === "duration" && validity.durationSeconds !== undefined) {
        fields.durationSeconds = validity.durationSeconds;
    }
    if (validity.weekly !== undefined) {
        fields.weekly = formatWeekly(validity.weekly);
    } else if (validity.weeklyText !== undefined && validity.weeklyText.trim() !== "") {
        fields.weekly = validity.weeklyText.trim();
    }
    return fields;
}

/** What is wrong, by field, in sentences. */
export function problems(validity: Validity): Record<string, string> {
    const found: Record<string, string> = {};
    const { kind, from, until } = validity;
    if ((kind === "from" || kind === "between") && from === undefined) {
        found.from = "Say when it begins.";
    }
    if ((kind === "until" || kind === "between") && until === undefined) {
        found.until = "Say when it ends.";
    }
    if (kind === "between" && from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until)) {
        found.until = "The end must come after the beginning.";
    }
    if (kind === "duration" && !((validity.durationSeconds ?? 0) > 0)) {
        found.durationSeconds = "Say how long it lasts.";
    }
    if (validity.weekly !== undefined) {
        if (validity.weekly.days.length === 0) {
            found.weekly = "Choose at least one day.";
        } else if (validity.weekly.start === validity.weekly.end) {
            found.weekly = "The hours begin and end at the same time.";
        }
    }
    return found;
}

/** `Mon-Fri 08:00-18:00 Europe/Zurich`: the form that policy files have. */
export function formatWeekly(plan: WeeklyPlan): string {
    const days = [...new Set(plan.days)].sort((a, b) => a - b);
    const groups: string[] = [];
    for (let index = 0; index < days.length; ) {
        let end = index;
        while (end + 1 < days.length && days[end + 1] === (days[end] ?? 0) + 1) {
            end++;
        }
        const first = DAYS[days[index] ?? 0] ?? "";
        const last = DAYS[days[end] ?? 0] ?? "";
        groups.push(end > index ? `${first}-${last}` : first);
        index = end + 1;
    }
    return `${groups.join("+")} ${plan.start}-${plan.end} ${plan.zone}`;
}

export function parseWeekly(text: string): WeeklyPlan | undefined {
    const matched = /^([A-Za-z+-]+)\s+(\d{2}:\d{2})-(\d{2}:\d{2})\s+(\S+)$/.exec(text.trim());
    if (matched === null) {
        return undefined;
    }
    const [, dayText = "", start = "", end = "", zone = ""] = matched;
    const days: number[] = [];
    for (const part of dayText.split("+")) {
        const [first, last = first] = part.split("-").map((name) => DAYS.findIndex((day) => day.toLowerCase() === name.toLowerCase()));
        if (first === undefined || last === undefined || first < 0 || last < 0) {
            return undefined;
        }
        for (let day = first; ; day = (day + 1) % 7) {
            days.push(day);
            if (day === last) {
                break;
            }
        }
    }
    // The end of the day is the beginning of the next one, which a time field can show.
    return { days, start, end: end === "24:00" ? "00:00" : end, zone };
}

export type Phase = "active" | "upcoming" | "over";

export function phase(fields: ValidityFields, nowMillis: number): Phase {
    if (fields.from !== undefined && Date.parse(fields.from) > nowMillis) {
        return "upcoming";
    }
    return fields.until !== undefined && Date.parse(fields.until) <= nowMillis ? "over" : "active";
}

/** One sentence for lists. */
export function describe(validity: Validity, dateTime: (iso: string) => string, span: (seconds: number) => string): string {
    const when = {
        always: "Always",
        from: `From ${validity.from === undefined ? "…" : dateTime(validity.from)}`,
        until: `Until ${validity.until === undefined ? "…" : dateTime(validity.until)}`,
        between: `${validity.from === undefined ? "…" : dateTime(validity.from)} – ${validity.until === undefined ? "…" : dateTime(validity.until)}`,
        duration: `For ${span(validity.durationSeconds ?? 0)}`,
    }[validity.kind];
    const weekly = validity.weekly === undefined ? validity.weeklyText : formatWeekly(validity.weekly);
    return weekly === undefined ? when : validity.kind === "always" ? weekly : `${when}, ${weekly}`;
}
