import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Challenge } from "../api/types";
import { placed } from "../format/text";
import { useQuery } from "../state/queries";
import { Button, LinkButton } from "../ui/controls";
import { Countdown, Empty, Facts, Loaded } from "../ui/parts";
import { Gate } from "./frame";
import { takeSecret } from "./secret";

const DONE: Record<Challenge["state"], string> = {
    open: "",
    approved: "Approved. The connection goes on.",
    denied: "Denied.",
    expired: "The question is over. Try again what you wanted to reach.",
};

/** Approves or denies by the link of a notice, without a login. */
export function LinkPage({ id }: { id: string }) {
    const [secret] = useState(takeSecret);
    const path = { id };
    const asked = useQuery(`challenge-link/${id}`, () => got(api.POST("/challenges/{id}/link", { params: { path }, body: { secret } })));
    const [settled, setSettled] = useState<Challenge>();
    const approve = async (): Promise<void> => setSettled(await got(api.POST("/challenges/{id}/link/approve", { params: { path }, body: { secret } })));
    const deny = async (report: boolean): Promise<void> =>
        setSettled(await got(api.POST("/challenges/{id}/link/deny", { params: { path }, body: { secret, report } })));
    return (
        <Gate title="Is this you?" text="Somebody asks for access in your name.">
            <Loaded query={asked}>
                {(first) => {
                    const one = settled ?? first;
                    if (one.state !== "open") {
                        return (
                            <Empty icon={one.state === "approved" ? "checkCircle" : "xCircle"} title={one.state.charAt(0).toUpperCase() + one.state.slice(1)} action={<LinkButton href="/">To the portal</LinkButton>}>
                                {DONE[one.state]}
                            </Empty>
                        );
                    }
                    const facts: [string, string | undefined][] = [["Resource", one.resource], ["Target", one.target], ["Device", one.device], ["From", placed(one.source, one.place)]];
                    return (
                        <div class="stack">
                            <Facts items={[
                                ...facts.filter((fact): fact is [string, string] => !!fact[1]),
                                ["Time left", <Countdown from={one.openedAt} until={one.expiresAt} />],
                            ]} />
                            <Button kind="primary" size="large wide" icon="check" onClick={approve}>Yes, it is me</Button>
                            <Button size="large wide" icon="x" onClick={() => deny(false)}>Deny</Button>
                            <Button kind="danger" icon="warn" onClick={() => deny(true)}>This was not me</Button>
                        </div>
                    );
                }}
            </Loaded>
        </Gate>
    );
}
