import { useEffect, useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Explanation } from "../api/types";
import { fromLocalInput } from "../format/time";
import { useForm } from "../state/form";
import { query } from "../state/router";
import { Button } from "../ui/controls";
import { Advanced, Choice, FormProblem, Text } from "../ui/fields";
import { Icon, type IconName } from "../ui/icons";
import { Card, Empty, Page, type Tone } from "../ui/parts";

function look(verdict: string): { tone: Tone; icon: IconName } {
    const text = verdict.toLowerCase();
    if (/challenge|hold|held|ask|mfa/.test(text)) {
        return { tone: "warn", icon: "shield" };
    }
    return /^(allow|pass|permit)/.test(text) ? { tone: "ok", icon: "checkCircle" } : { tone: "bad", icon: "xCircle" };
}

const VERDICTS: Record<string, string> = { allow: "Allowed", challenge: "Allowed after the second factor", deny: "Denied" };

function Answer({ answer }: { answer: Explanation }) {
    const { tone, icon } = look(answer.verdict);
    return (
        <Card>
            <div class="stack" aria-live="polite">
                <div class={`verdict ${tone}`}>
                    <Icon name={icon} />
                    <div><b>{VERDICTS[answer.verdict] ?? answer.verdict}</b>{answer.rule ? `by ${answer.rule}` : (answer.reason ?? "no rule says otherwise")}</div>
                </div>
                <h2>How it was decided</h2>
                <ol class="lines">{answer.lines.map((line, index) => <li key={index}>{line}</li>)}</ol>
            </div>
        </Card>
    );
}

export default function Explain() {
    const asked = query.value;
    const form = useForm({ subject: asked.get("subject") ?? "", target: asked.get("target") ?? "", protocol: asked.get("protocol") ?? "tcp", at: "" });
    const [answer, setAnswer] = useState<Explanation>();
    const ask = (): Promise<boolean> =>
        form.submit(async ({ subject, target, protocol, at }) => {
            const moment = fromLocalInput(at);
            setAnswer(await got(api.GET("/explain", { params: { query: { subject: subject.trim(), target: target.trim(), protocol, ...(moment && { at: moment }) } } })));
        });
    useEffect(() => {
        if (form.values.peek().subject !== "" && form.values.peek().target !== "") {
            void ask();
        }
    }, []);
    return (
        <Page title="Explain access" text="Why somebody reaches something, or does not: the same decision that packets get.">
            <div class="split">
                <div>
                    {answer ? <Answer answer={answer} /> : <Empty icon="question" title="Ask a question">Name a user or a device, and where it wants to go. The answer names the rule that decides.</Empty>}
                </div>
                <Card title="Question">
                    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void ask(); }}>
                        <FormProblem form={form} />
                        <Text form={form} name="subject" label="Who" mono placeholder="aiko, or aiko/laptop" />
                        <Text form={form} name="target" label="Where to" mono placeholder="10.0.1.20:5432" />
                        <Choice form={form} name="protocol" label="Protocol" choices={[{ value: "tcp", label: "TCP" }, { value: "udp", label: "UDP" }, { value: "icmp", label: "Ping" }]} />
                        <Advanced label="At another time">
                            <Text form={form} name="at" label="When" type="datetime-local" optional />
                        </Advanced>
                        <Button type="submit" kind="primary" size="large wide" busy={form.busy.value}>Explain</Button>
                    </form>
                </Card>
            </div>
        </Page>
    );
}
