import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { AccessRequest, ReachableResource } from "../api/types";
import { useRequests } from "../app/nav";
import { span } from "../format/time";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button } from "../ui/controls";
import { FormDialog } from "../ui/dialogs";
import { Duration, Text } from "../ui/fields";
import { Ago, Avatar, Badge, Card, Empty, Loaded, Page, useNow } from "../ui/parts";
import { remaining } from "../format/time";
import { Table } from "../ui/table";
import { REQUEST_TONES } from "./requests";

const FIRST_SECONDS = 3600;

function RequestDialog({ resource, onClose }: { resource: ReachableResource; onClose: () => void }) {
    // Zero is no limit.
    const longest = resource.maxDurationSeconds || undefined;
    const form = useForm({ reason: "", ticket: "", durationSeconds: Math.min(FIRST_SECONDS, longest ?? FIRST_SECONDS) });
    return (
        <FormDialog
            title={`Request ${resource.name}`}
            submit="Send request"
            form={form}
            onClose={onClose}
            save={async ({ reason, ticket, durationSeconds }) => {
                await api.POST("/requests", {
                    body: { resource: resource.name, reason: reason.trim(), durationSeconds, ...(ticket.trim() !== "" && { ticket: ticket.trim() }) },
                });
                toast("Sent. You are told as soon as somebody decides.");
                await invalidate("requests", "me/resources");
            }}
        >
            <Text form={form} name="reason" label="What do you need it for?" rows={3} autoFocus />
            <Text form={form} name="ticket" label="Ticket" mono optional={!resource.ticketPattern} placeholder="TK-123456" />
            <Duration form={form} name="durationSeconds" label="For how long" hint={longest === undefined ? undefined : `At most ${span(longest)}.`} />
        </FormDialog>
    );
}

function Until({ at }: { at: string }) {
    const time = useNow();
    return <Badge tone="warn">ends in {remaining(at, time)}</Badge>;
}

export function ReachableList({ items, onRequest }: { items: ReachableResource[]; onRequest?: (one: ReachableResource) => void }) {
    if (items.length === 0) {
        return <Empty icon="resource" title="Nothing here">Access comes by a grant to you or to one of your roles.</Empty>;
    }
    return (
        <ul class="list">
            {items.map((one) => (
                <li key={one.id}>
                    <Avatar name="" icon="resource" />
                    <div class="grow">
                        <b>{one.name}</b>
                        <div class="small quiet">
                            <span class="mono">{one.cidr}</span> · {one.protocol === "both" ? "" : `${one.protocol} `}{one.ports === "*" ? "all ports" : `ports ${one.ports}`}
                            {one.description && <> · {one.description}</>}
                        </div>
                    </div>
                    <span class="badges">
                        {one.access === "granted" && one.mfa && <Badge plain tone="accent">asks you</Badge>}
                        {one.access === "later" && <Badge tone="warn">not at this time</Badge>}
                        {one.access === "granted" && one.until && <Until at={one.until} />}
                    </span>
                    {onRequest && one.requestable && one.access !== "granted" && <Button size="small" icon="send" onClick={() => onRequest(one)}>Request</Button>}
                </li>
            ))}
        </ul>
    );
}

function MyRequests({ items }: { items: AccessRequest[] }) {
    const cancel = async (id: string): Promise<void> => {
        await api.POST("/requests/{id}/cancel", { params: { path: { id } } });
        await invalidate("requests");
        toast("Taken back.");
    };
    return (
        <Table
            label="My requests"
            rows={items}
            id={(one) => one.id}
            columns={[
                { head: "Resource", cell: (one) => <b>{one.resource}</b> },
                { head: "Reason", cell: (one) => one.reason },
                { head: "For", cell: (one) => span(one.durationSeconds) },
                { head: "Asked", cell: (one) => <Ago at={one.openedAt} /> },
                { head: "State", cell: (one) => <Badge tone={REQUEST_TONES[one.state]}>{one.state}</Badge> },
                { head: "", kind: "end", cell: (one) => one.state === "open" && <Button size="small" onClick={() => cancel(one.id)}>Take back</Button> },
            ]}
        />
    );
}

export default function MyAccess() {
    const resources = useQuery("me/resources", () => got(api.GET("/me/resources")));
    const requests = useRequests();
    const [asking, setAsking] = useState<ReachableResource>();
    const mine = (requests.data?.items ?? []).filter((one) => one.mine);
    return (
        <Page title="My access" text="What you may reach now, and what you may ask for.">
            <Loaded query={resources} retry={() => invalidate("me/resources")}>
                {(list) => {
                    const requestable = list.items.filter((one) => one.requestable && one.access !== "granted" && one.access !== "forbidden");
                    return (
                        <div class="stack-l">
                            <Card title="You may reach" flush><ReachableList items={list.items.filter((one) => one.access === "granted" || one.access === "later")} /></Card>
                            {may("REQUEST") && requestable.length > 0 && (
                                <Card title="You may ask for" text="Somebody decides; then it is open for the time that you asked for." flush>
                                    <ReachableList items={requestable} onRequest={setAsking} />
                                </Card>
                            )}
                            {mine.length > 0 && <Card title="Your requests" flush><MyRequests items={mine} /></Card>}
                        </div>
                    );
                }}
            </Loaded>
            {asking && <RequestDialog resource={asking} onClose={() => setAsking(undefined)} />}
        </Page>
    );
}
