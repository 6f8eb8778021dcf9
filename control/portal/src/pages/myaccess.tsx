import { api, got } from "../api/client";
import type { AccessRequest, ReachableResource } from "../api/types";
import { useRequests } from "../app/nav";
import { remaining, span } from "../format/time";
import { type Offer, offers, withdrawOffer } from "../state/offers";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button } from "../ui/controls";
import { Ago, Avatar, Badge, Card, Cell, Empty, Note, Page, useNow } from "../ui/parts";
import { Search, Table, Total } from "../ui/table";
import { ReachableCard, useReachable } from "./reachable";
import { RequestDialog } from "./requestform";
import { progress, RequestState, votesOf } from "./requeststate";

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
    const end = async (one: AccessRequest): Promise<void> => {
        await api.POST("/requests/{id}/cancel", { params: { path: { id: one.id } } });
        await invalidate("requests", "me/resources");
        toast(one.state === "open" ? "Taken back." : `Given back: ${one.resource} is closed to you.`);
    };
    return (
        <Table
            label="My requests"
            rows={items}
            id={(one) => one.id}
            columns={[
                { head: "Resource", cell: (one) => <Cell title={one.resource} small={one.reason} /> },
                { head: "Ticket", cell: (one) => one.ticket || <span class="faint">none</span> },
                { head: "For", cell: (one) => span(one.durationSeconds) },
                { head: "Asked", cell: (one) => <Ago at={one.openedAt} /> },
                { head: "Decided by", cell: (one) => one.state === "open" ? progress(one) : votesOf(one) || <span class="faint">nobody</span> },
                { head: "State", cell: (one) => <RequestState request={one} /> },
                {
                    head: "", kind: "end", cell: (one) =>
                        one.state === "open" ? <Button size="small" onClick={() => end(one)}>Take back</Button>
                        : one.state === "approved" && <Button size="small" onClick={() => end(one)}>Give back</Button>,
                },
            ]}
        />
    );
}

/** What was just denied and can be asked for. */
export function Offers({ onRequest }: { onRequest: (offer: Offer) => void }) {
    return (
        <>
            {offers.value.map((one) => (
                <Note key={one.id} icon="question">
                    <b>{one.destination}</b> was denied to your device <Ago at={one.at} />. It belongs to <b>{one.resource}</b>, which you may ask for.
                    <div class="row-wrap">
                        <Button size="small" kind="primary" icon="send" onClick={() => onRequest(one)}>Request access</Button>
                        <Button size="small" onClick={() => withdrawOffer(one.id)}>Not now</Button>
                    </div>
                </Note>
            ))}
        </>
    );
}

/** The one that somebody is asking for, by the address of the page. */
function useAsked(): ReachableResource | undefined {
    const asked = may("REQUEST") ? (query.value.get("request") ?? "") : "";
    const found = useQuery(`me/resources?one=${asked}`, () =>
        asked === "" ? Promise.resolve({ items: [] as ReachableResource[] }) : got(api.GET("/me/resources", { params: { query: { resource: asked } } })),
    );
    return found.data?.items.find((one) => one.id === asked && one.requestable);
}

export default function MyAccess() {
    const q = query.value.get("q") ?? "";
    const open = useReachable("granted", q);
    const askable = useReachable("requestable", q);
    const requests = useRequests();
    const mine = (requests.data?.items ?? []).filter((one) => one.mine);
    const asking = useAsked();
    const ask = (id: string): void => setQuery("request", id);
    return (
        <Page title="My access" text="What you may reach now, and what you may ask for.">
            <div class="stack-l">
                {may("REQUEST") && <Offers onRequest={(one) => ask(one.id)} />}
                <div class="filters">
                    <Search label="Search resources" value={q} onChange={(text) => setQuery("q", text)} />
                    <Total amount={open.total} one="resource" />
                </div>
                <ReachableCard title="You may reach" listed={open} shows={(one) => one.access === "granted" || one.access === "later"} />
                {may("REQUEST") && (askable.items ?? []).length > 0 && (
                    <ReachableCard
                        title="You may ask for"
                        text="Somebody decides; then it is open for the time that you asked for."
                        listed={askable}
                        shows={(one) => one.access !== "granted" && one.access !== "forbidden"}
                        onRequest={(one) => ask(one.id)}
                    />
                )}
                {mine.length > 0 && <Card title="Your requests" flush><MyRequests items={mine} /></Card>}
            </div>
            {asking && (
                <RequestDialog key={asking.id} resource={asking} offer={offers.value.find((one) => one.id === asking.id)} onClose={() => ask("")} />
            )}
        </Page>
    );
}
