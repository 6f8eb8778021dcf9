import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Simulation, SimulationInput } from "../api/types";
import { count, plural } from "../format/text";
import { dateTime } from "../format/time";
import { may } from "../state/session";
import { Button } from "../ui/controls";
import { Badge, Note, type Tone } from "../ui/parts";

const DAYS = 7;
const FIRST_ROWS = 8;

const EFFECTS: Record<string, { word: string; tone: Tone }> = {
    gained: { word: "gained", tone: "ok" },
    lost: { word: "lost", tone: "bad" },
    "factor-added": { word: "asks more", tone: "warn" },
    "factor-dropped": { word: "asks less", tone: "warn" },
};

function Effect({ effect }: { effect: string }) {
    const { word, tone } = EFFECTS[effect] ?? { word: effect, tone: "" as Tone };
    return <Badge tone={tone}>{word}</Badge>;
}

/** Some of many by name. */
function some(names: string[], all: number): string {
    return names.join(", ") + (all > names.length ? ` and ${count(all - names.length)} more` : "");
}

function Rows<T>({ rows, children }: { rows: T[]; children: (row: T) => preact.ComponentChildren }) {
    const [all, setAll] = useState(false);
    return (
        <>
            <ul>{(all ? rows : rows.slice(0, FIRST_ROWS)).map((row, index) => <li key={index}>{children(row)}</li>)}</ul>
            {!all && rows.length > FIRST_ROWS && <Button size="small" onClick={() => setAll(true)}>Show all {rows.length}</Button>}
        </>
    );
}

export function Outcome({ outcome, old }: { outcome: Simulation; old: boolean }) {
    const { reach, flows } = outcome;
    const asking = reach.filter((row) => row.effect.startsWith("factor")).length;
    return (
        <section class={old ? "simulation old" : "simulation"} aria-label="What this would do" aria-live="polite">
            {old && <Note tone="warn">The form has changed since. Simulate again.</Note>}
            <b>
                {reach.length === 0
                    ? "Nobody reaches more or less."
                    : [
                        outcome.usersGaining > 0 && `${plural(outcome.usersGaining, "user")} would reach more`,
                        outcome.usersLosing > 0 && `${plural(outcome.usersLosing, "user")} would reach less`,
                        asking > 0 && `${plural(asking, "resource")} would ask otherwise for the second factor`,
                    ].filter(Boolean).join(", ") + "."}
            </b>
            {!outcome.complete && <Note tone="warn">This concerns so much that not all was compared: these are some of it.</Note>}
            {reach.length > 0 && (
                <Rows rows={reach}>
                    {(row) => (
                        <>
                            <Effect effect={row.effect} />
                            <span><b>{row.resource}</b>{row.whole ? "" : ", in part"}: {some(row.who, row.users)}</span>
                            <small>such as {row.example}{Date.parse(row.from) > Date.parse(outcome.at) ? `, from ${dateTime(row.from)}` : ""}</small>
                        </>
                    )}
                </Rows>
            )}
            {flows !== undefined && (
                <>
                    <b>
                        {flows.flows === 0
                            ? `No flow was recorded in the last ${DAYS} days.`
                            : `${count(flows.changed)} of ${plural(flows.flows, "flow")} of the last ${DAYS} days would have had another verdict.`}
                    </b>
                    {!flows.complete && <Note tone="warn">There was no time for all of them: those since {flows.oldest === undefined ? "now" : dateTime(flows.oldest)} were looked at.</Note>}
                    {flows.rows.length > 0 && (
                        <Rows rows={flows.rows}>
                            {(row) => (
                                <>
                                    <Effect effect={row.effect} />
                                    <span><b>{row.who}</b> to {row.where}: {plural(row.flows, "flow")}</span>
                                    <small>last {dateTime(row.last)}{row.examples[0] && `, such as ${row.examples[0].destination} from ${row.examples[0].device}`}</small>
                                </>
                            )}
                        </Rows>
                    )}
                    {flows.more > 0 && <span class="quiet">and {plural(flows.more, "other flow")}</span>}
                </>
            )}
        </section>
    );
}

/** A button that asks what a draft would do, and the answer. Nothing is saved. */
export function Simulate({ draft, fail }: { draft: SimulationInput; fail: (error: unknown) => void }) {
    const [outcome, setOutcome] = useState<{ of: string; answer: Simulation }>();
    const asked = JSON.stringify(draft);
    const ask = async (): Promise<void> => {
        try {
            const days = may("VIEW ALL LOGS") ? DAYS : 0;
            setOutcome({ of: asked, answer: await got(api.POST("/policy/simulate", { body: { ...draft, days } })) });
        } catch (error) {
            setOutcome(undefined);
            fail(error);
        }
    };
    if (!may("VIEW NETWORK")) {
        return null;
    }
    return (
        <div class="stack">
            <div><Button icon="play" onClick={ask}>Simulate</Button></div>
            {outcome !== undefined && <Outcome outcome={outcome.answer} old={outcome.of !== asked} />}
        </div>
    );
}
