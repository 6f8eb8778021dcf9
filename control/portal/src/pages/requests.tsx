import { useState } from "preact/hooks";
import { api } from "../api/client";
import type { AccessRequest } from "../api/types";
import { useRequests, waitingRequests } from "../app/nav";
import { span } from "../format/time";
import { useForm } from "../state/form";
import { invalidate, optimistic } from "../state/queries";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton } from "../ui/controls";
import { Text } from "../ui/fields";
import { Ago, Avatar, Card, Cell, Countdown, Empty, Facts, Loaded, Page } from "../ui/parts";
import { Table } from "../ui/table";
import { progress, RequestState, votesOf } from "./requeststate";

type Verb = "approve" | "deny";

async function decide(request: AccessRequest, verb: Verb, comment: string): Promise<void> {
    const enough = request.votes.filter((vote) => vote.approve).length + 1 >= request.approvals;
    const next: AccessRequest["state"] = verb === "deny" ? "denied" : enough ? "approved" : "open";
    await optimistic<{ items: AccessRequest[] }>(
        "requests",
        (known) => ({ ...known, items: known.items.map((one) => (one.id === request.id ? { ...one, state: next, mayDecide: false } : one)) }),
        () => api.POST(`/requests/{id}/${verb}`, { params: { path: { id: request.id } }, body: comment === "" ? {} : { comment } }),
    );
    await invalidate("requests", "grants");
    toast(verb === "deny" ? "Denied." : enough ? `${request.user} may reach ${request.resource} for ${span(request.durationSeconds)}.` : "Your approval counts; another one is needed.");
}

/** One question: two large buttons, and a comment for those who want to say something. */
function Waiting({ request }: { request: AccessRequest }) {
    const form = useForm({ comment: "" });
    const [commenting, setCommenting] = useState(false);
    const answer = (verb: Verb): Promise<void> => decide(request, verb, form.values.peek().comment.trim());
    return (
        <section class="card" aria-label={`${request.user} asks for ${request.resource}`}>
            <header>
                <h2>{request.user} asks for {request.resource}</h2>
                <span class="push"><Countdown from={request.openedAt} until={request.expiresAt} /></span>
            </header>
            <div class="body stack">
                <Facts items={[
                    ["Reason", request.reason],
                    ["Ticket", request.ticket || <span class="faint">none</span>],
                    ["For", span(request.durationSeconds)],
                    ["Asked", <Ago at={request.openedAt} />],
                    ["Approvals", progress(request)],
                ]} />
                {commenting ? <Text form={form} name="comment" label="Comment" optional rows={2} autoFocus hint="Recorded, and told to who asked." />
                : <Button kind="ghost" size="small" icon="edit" onClick={() => setCommenting(true)}>Add a comment</Button>}
                <div class="decide">
                    <Button kind="primary" size="large" icon="check" onClick={() => answer("approve")}>Approve</Button>
                    <Button size="large" icon="x" onClick={() => answer("deny")}>Deny</Button>
                </div>
            </div>
        </section>
    );
}

export default function Requests() {
    const requests = useRequests();
    return (
        <Page title="Requests" text={may("APPROVE REQUESTS") ? "Who asks for access, and what was decided." : "What you asked for, and what was decided."}>
            <Loaded query={requests} retry={() => invalidate("requests")}>
                {(list) => {
                    const waiting = waitingRequests(list);
                    const rest = list.items.filter((one) => !waiting.includes(one));
                    return (
                        <div class="stack-l">
                            {waiting.length > 0 ? <div class="halves">{waiting.map((one) => <Waiting key={one.id} request={one} />)}</div>
                            : may("APPROVE REQUESTS") && <Empty icon="inbox" title="The inbox is empty">Resources that are open on request send their questions here.</Empty>}
                            <Card title="All requests" flush actions={may("REQUEST") && <LinkButton size="small" href="/me/access">Ask for access</LinkButton>}>
                                {rest.length === 0 ? <Empty icon="clock" title="Nothing decided yet">Requests stay listed here with who decided.</Empty> : (
                                    <Table
                                        label="Requests"
                                        rows={rest}
                                        id={(one) => one.id}
                                        columns={[
                                            { head: "Who", cell: (one) => <Cell lead={<Avatar name={one.user} />} title={one.user} small={one.reason} /> },
                                            { head: "Resource", cell: (one) => one.resource },
                                            { head: "For", cell: (one) => span(one.durationSeconds) },
                                            { head: "Ticket", cell: (one) => one.ticket || <span class="faint">none</span> },
                                            { head: "Decided by", cell: (one) => one.state === "open" ? progress(one) : votesOf(one) || <span class="faint">nobody</span> },
                                            { head: "Asked", cell: (one) => <Ago at={one.openedAt} /> },
                                            { head: "State", cell: (one) => <RequestState request={one} /> },
                                        ]}
                                    />
                                )}
                            </Card>
                        </div>
                    );
                }}
            </Loaded>
        </Page>
    );
}
