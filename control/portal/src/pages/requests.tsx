import { api } from "../api/client";
import type { AccessRequest } from "../api/types";
import { useRequests, waitingRequests } from "../app/nav";
import { plural } from "../format/text";
import { remaining, span } from "../format/time";
import { confirm } from "../state/confirm";
import { invalidate, optimistic } from "../state/queries";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton } from "../ui/controls";
import { Ago, Avatar, Badge, Card, Cell, Empty, Facts, Loaded, Page, type Tone, useNow } from "../ui/parts";
import { Table } from "../ui/table";

export const REQUEST_TONES: Record<AccessRequest["state"], Tone> = { open: "accent", approved: "ok", denied: "bad", cancelled: "", expired: "", ended: "" };

function votesFor(request: AccessRequest): AccessRequest["votes"] {
    return request.votes.filter((vote) => vote.approve);
}

function votesOf(request: AccessRequest): string {
    return request.votes.map((vote) => `${vote.user}${vote.approve ? "" : " (no)"}`).join(", ");
}

async function decide(request: AccessRequest, verb: "approve" | "deny"): Promise<void> {
    const comment = verb === "approve" ? "" : await confirm({
        title: `Deny ${request.resource} to ${request.user}?`, text: "They are told, with your comment.", confirm: "Deny", danger: true, ask: { label: "Comment" },
    });
    if (comment === undefined) {
        return;
    }
    const enough = votesFor(request).length + 1 >= request.approvals;
    const next: AccessRequest["state"] = verb === "deny" ? "denied" : enough ? "approved" : "open";
    await optimistic<{ items: AccessRequest[] }>(
        "requests",
        (known) => ({ ...known, items: known.items.map((one) => (one.id === request.id ? { ...one, state: next } : one)) }),
        () => api.POST(`/requests/{id}/${verb}`, { params: { path: { id: request.id } }, body: comment === "" ? {} : { comment } }),
    );
    await invalidate("requests", "grants");
    toast(verb === "deny" ? "Denied." : enough ? `${request.user} may reach ${request.resource} for ${span(request.durationSeconds)}.` : "Your approval counts; another one is needed.");
}

function Waiting({ request }: { request: AccessRequest }) {
    const time = useNow();
    return (
        <Card title={`${request.user} asks for ${request.resource}`} actions={<Badge tone="warn">{remaining(request.expiresAt, time)} to decide</Badge>}>
            <div class="stack">
                <Facts items={[
                    ["Reason", request.reason],
                    ["Ticket", request.ticket || <span class="faint">none</span>],
                    ["For", span(request.durationSeconds)],
                    ["Asked", <Ago at={request.openedAt} />],
                    ["Approvals", `${votesFor(request).length} of ${request.approvals}${request.votes.length > 0 ? `: ${votesOf(request)}` : ""}`],
                ]} />
                <div class="row-wrap">
                    <Button kind="primary" icon="check" onClick={() => decide(request, "approve")}>Approve</Button>
                    <Button icon="x" onClick={() => decide(request, "deny")}>Deny</Button>
                </div>
            </div>
        </Card>
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
                                            { head: "Decided by", cell: (one) => votesOf(one) || <span class="faint">{plural(one.approvals, "approval")} needed</span> },
                                            { head: "Asked", cell: (one) => <Ago at={one.openedAt} /> },
                                            { head: "State", cell: (one) => <Badge tone={REQUEST_TONES[one.state]}>{one.state}</Badge> },
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
