import { api, got } from "../api/client";
import type { Explanation } from "../api/types";
import { dateTime, fromLocalInput, toLocalInput } from "../format/time";
import { useForm } from "../state/form";
import { useQuery } from "../state/queries";
import { go, query } from "../state/router";
import { Button, CopyButton } from "../ui/controls";
import { Advanced, Choice, FormProblem, Text } from "../ui/fields";
import { Icon, type IconName } from "../ui/icons";
import { Badge, Card, Empty, Facts, Loaded, Note, Page, type Tone } from "../ui/parts";

type Step = Explanation["steps"][number];

const VERDICTS: Record<string, { word: string; tone: Tone; icon: IconName }> = {
    allow: { word: "Allowed", tone: "ok", icon: "checkCircle" },
    challenge: { word: "Allowed after the second factor", tone: "warn", icon: "shield" },
    deny: { word: "Denied", tone: "bad", icon: "xCircle" },
};

const REASONS: Record<string, string> = {
    "no-grant": "no grant opens it",
    "deny-grant": "a grant forbids it",
    "not-now": "what would allow it does not hold at that time",
    decoy: "a decoy is there",
    "unknown-user": "the policy knows no such user",
    protocol: "only TCP, UDP and ping can be granted",
};

const EFFECTS: Record<string, { word: string; tone: Tone }> = {
    decides: { word: "decides", tone: "accent" },
    "less-specific": { word: "less specific", tone: "" },
    overruled: { word: "overruled", tone: "warn" },
    "forbids-too": { word: "forbids too", tone: "bad" },
    "other-port": { word: "other port", tone: "" },
    "other-protocol": { word: "other protocol", tone: "" },
    "not-yet": { word: "not yet", tone: "warn" },
    expired: { word: "expired", tone: "" },
    "other-hours": { word: "other hours", tone: "warn" },
    "decoy-ignored": { word: "decoy ignored", tone: "" },
    "not-asked": { word: "not asked", tone: "" },
};

const STATES: Record<string, string> = {
    given: "given: a flow under it lives",
    waiting: "somebody is being asked now",
    asked: "asked at the next packet, unless an approval still lasts",
};

function Verdict({ answer }: { answer: Explanation }) {
    const { word, tone, icon } = VERDICTS[answer.verdict] ?? { word: answer.verdict, tone: "" as Tone, icon: "info" as IconName };
    const decides = answer.steps.find((step) => step.effect === "decides");
    const why = decides?.to !== undefined ? `by the grant of ${decides.resource ?? ""} to ${decides.to.replace(":", " ")}` : (REASONS[answer.reason ?? ""] ?? answer.reason ?? "");
    return (
        <div class={`verdict ${tone}`}>
            <Icon name={icon} />
            <div><b>{word}</b>{why}{answer.handedOff ? ", by way of a proxy" : ""}</div>
        </div>
    );
}

function StepItem({ step }: { step: Step }) {
    const { word, tone } = EFFECTS[step.effect] ?? { word: step.effect, tone: "" as Tone };
    return (
        <li class={step.effect === "decides" ? "decides" : undefined}>
            <span class="row-wrap">
                <Badge tone={step.effect === "decides" && step.deny ? "bad" : tone}>{word}</Badge>
                {step.deny && <Badge tone="bad">deny</Badge>}
                {step.mfa && <Badge tone="accent">second factor</Badge>}
                {step.grant !== undefined && <a href={`/grants?q=${encodeURIComponent(step.resource ?? "")}`}>grant to {(step.to ?? "").replace(":", " ")}</a>}
                {step.resourceId !== undefined && <a href={`/resources/${step.resourceId}`}>{step.resource}</a>}
                {step.via.length > 0 && <span class="quiet">by {step.via.map((role, index) => <span key={role}>{index > 0 && " → "}<a href={`/map?role=${encodeURIComponent(role)}`}>{role}</a></span>)}</span>}
            </span>
            <span>{step.sentence}</span>
        </li>
    );
}

function facts(answer: Explanation): [string, preact.ComponentChildren][] {
    const { device, factor, until } = answer;
    return [
        ["At", dateTime(answer.at)],
        ...(until !== undefined ? [["May change at", dateTime(until)] as [string, string]] : []),
        ...(device !== undefined ? [["Device", <span><a href={`/devices/${device.id}`}>{device.name}</a>, {device.state}</span>] as [string, preact.ComponentChildren]] : []),
        ...(factor !== undefined ? [
            ["Second factor", STATES[factor.state] ?? factor.state] as [string, string],
            ["It opens", factor.scope === "port" ? "this port alone" : "all ports of the resource at this address"] as [string, string],
        ] : []),
        ["Resources there", answer.resources.length === 0 ? "none" : <span>{answer.resources.map((one, index) => <span key={one.id}>{index > 0 && ", "}<a href={`/resources/${one.id}`}>{one.name}</a>{one.opens ? "" : " (another port)"}{one.decoy ? " (decoy)" : ""}</span>)}</span>],
    ];
}

function Answer({ answer }: { answer: Explanation }) {
    return (
        <Card>
            <div class="stack" aria-live="polite">
                <Verdict answer={answer} />
                {answer.device !== undefined && !answer.device.passes && (
                    <Note tone="bad" icon="lock">This device is {answer.device.state}: nothing of it passes, whatever is granted.{answer.device.lockedBecause === undefined ? "" : ` ${answer.device.lockedBecause}.`}</Note>
                )}
                {answer.notes.map((note) => <Note key={note} tone="warn">{note}</Note>)}
                <Facts items={facts(answer)} />
                <h2>How it was decided</h2>
                {answer.steps.length === 0
                    ? <p class="quiet">Nothing that was granted here contains this address.</p>
                    : <ol class="chain">{answer.steps.map((step, index) => <StepItem key={index} step={step} />)}</ol>}
                <div class="row-wrap"><CopyButton text={answer.lines.join("\n")} label="Copy as text" /></div>
            </div>
        </Card>
    );
}

/** The question is in the address, so that it can be sent to somebody. */
export default function Explain() {
    const asked = query.value;
    const value = (key: string): string => asked.get(key) ?? "";
    const form = useForm(
        { subject: value("subject"), target: value("target"), protocol: value("protocol") || "tcp", at: toLocalInput(asked.get("at") ?? undefined) },
        [asked.toString()],
    );
    const isAsked = value("subject") !== "" && value("target") !== "";
    const parameters = { subject: value("subject"), target: value("target"), protocol: value("protocol") || "tcp", ...(value("at") !== "" && { at: value("at") }) };
    const answer = useQuery<Explanation | undefined>(`explain?${new URLSearchParams(parameters).toString()}`, async () => {
        if (!isAsked) {
            return undefined;
        }
        try {
            form.problem.value = "";
            return await got(api.GET("/explain", { params: { query: parameters } }));
        } catch (error) {
            form.show(error);
            return undefined;
        }
    });
    const ask = (): void => {
        const { subject, target, protocol, at } = form.values.value;
        const missing = { ...(subject.trim() === "" && { subject: "Say who." }), ...(target.trim() === "" && { target: "Say where to, such as 10.0.1.20:5432." }) };
        form.errors.value = missing;
        if (Object.keys(missing).length === 0) {
            const moment = fromLocalInput(at);
            go(`/explain?${new URLSearchParams({ subject: subject.trim(), target: target.trim(), protocol, ...(moment && { at: moment }) }).toString()}`);
        }
    };
    return (
        <Page title="Explain access" text="Why somebody reaches something, or does not: the same decision that packets get.">
            <div class="split">
                <div>
                    {isAsked
                        ? <Loaded query={answer}>{(found) => (found ? <Answer answer={found} /> : <Empty icon="question" title="This can't be answered">See what is wrong with the question.</Empty>)}</Loaded>
                        : <Empty icon="question" title="Ask a question">Name a user or a device, and where it wants to go. The answer names the rule that decides.</Empty>}
                </div>
                <Card title="Question">
                    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); ask(); }}>
                        <FormProblem form={form} />
                        <Text form={form} name="subject" label="Who" mono placeholder="aiko, aiko/laptop or network:10.1.2.3" />
                        <Text form={form} name="target" label="Where to" mono placeholder="10.0.1.20:5432" />
                        <Choice form={form} name="protocol" label="Protocol" choices={[{ value: "tcp", label: "TCP" }, { value: "udp", label: "UDP" }, { value: "icmp", label: "Ping" }]} />
                        <Advanced label="At another time" open={value("at") !== ""}>
                            <Text form={form} name="at" label="When" type="datetime-local" optional hint="Past or to come." />
                        </Advanced>
                        <Button type="submit" kind="primary" size="large wide">Explain</Button>
                    </form>
                </Card>
            </div>
        </Page>
    );
}
