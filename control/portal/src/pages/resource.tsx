import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Resource } from "../api/types";
import type { PageProps } from "../app/pages";
import { plural } from "../format/text";
import { dateTime, span } from "../format/time";
import { describe, fromFields } from "../format/validity";
import { invalidate, useQuery } from "../state/queries";
import { go } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton, Menu } from "../ui/controls";
import { deleteAfter } from "../ui/dialogs";
import { Badge, Badges, Bones, Card, Empty, Facts, Failed, Note, Page } from "../ui/parts";
import { ListingTable, useListing } from "../ui/table";
import { Rule } from "./grants";
import { PAIR, pairId } from "./overlaps";
import { RecipientCell } from "./recipient";
import { ResourceDialog } from "./resourceform";
import { ValidityState } from "./validity";

function Hints({ resource }: { resource: Resource }) {
    const check = useQuery(`resources/${resource.id}/check`, () =>
        got(api.POST("/resources/check", { body: { cidr: resource.cidr, ports: resource.ports, protocol: resource.protocol } })));
    return <>{check.data?.hints.map((hint) => <Note key={hint} tone="warn" icon="info">{hint}</Note>)}</>;
}

function WhoReaches({ resource }: { resource: Resource }) {
    const path = { id: resource.id };
    const listed = useListing(`resources/${resource.id}/users`, (cursor) => got(api.GET("/resources/{id}/users", { params: { path, query: { ...(cursor && { cursor }) } } })));
    return (
        <Card title="Who reaches it" text={listed.total > 0 ? plural(listed.total, "grant") : undefined} flush>
            <ListingTable
                listed={listed}
                label="Who reaches it"
                linked
                id={(one) => one.grant}
                empty={(
                    <Empty icon="grant" title="Nobody yet" action={may("MANAGE GRANTS") && <LinkButton kind="primary" icon="plus" href={`/grants?new=1&resource=${encodeURIComponent(resource.name)}`}>Grant it</LinkButton>}>
                        Without a grant no packet passes.
                    </Empty>
                )}
                columns={[
                    { head: "Granted to", cell: (one) => <RecipientCell to={one.to} href={`/grants/${one.grant}`} /> },
                    { head: "Rule", cell: (one) => <Rule {...one} /> },
                    { head: "When", cell: (one) => describe(fromFields(one), dateTime, span) },
                    { head: "State", cell: (one) => <ValidityState from={one.from} until={one.until} /> },
                ]}
            />
        </Card>
    );
}

function Shares({ resource }: { resource: Resource }) {
    const listed = useListing(`resources/${resource.id}/overlaps`, (cursor) =>
        got(api.GET("/resources/overlaps", { params: { query: { resource: resource.id, limit: 10, ...(cursor && { cursor }) } } })));
    if (listed.items === undefined || listed.items.length === 0) {
        return null;
    }
    return (
        <Card title="Shares destinations with" text="Who may reach these by the other. Any grant opens them; a deny wins." flush>
            <ListingTable listed={listed} label="Overlaps" id={pairId} columns={PAIR} empty={null} />
        </Card>
    );
}

function Detail({ resource }: { resource: Resource }) {
    const [editing, setEditing] = useState(false);
    const remove = async (): Promise<void> => {
        const gone = await deleteAfter(`resource ${resource.name}`, resource.name, "Its grants go with it, and live flows to it end at once.", () =>
            api.DELETE("/resources/{id}", { params: { path: { id: resource.id } } }));
        if (gone) {
            await invalidate("resources", "grants");
            toast(`${resource.name} is deleted.`);
            go("/resources");
        }
    };
    return (
        <Page
            title={resource.name}
            text={resource.description}
            back={{ href: "/resources", label: "Resources" }}
            actions={
                <>
                    {may("MANAGE GRANTS") && <LinkButton kind="primary" icon="grant" href={`/grants?new=1&resource=${encodeURIComponent(resource.name)}`}>Grant</LinkButton>}
                    {may("MANAGE RESOURCES") && (
                        <>
                            <Button icon="edit" onClick={() => setEditing(true)}>Edit</Button>
                            <Menu label="More actions" items={[{ label: "Delete", icon: "trash", danger: true, run: remove }]} />
                        </>
                    )}
                </>
            }
        >
            <div class="split">
                <div class="stack">
                    <Hints resource={resource} />
                    <WhoReaches resource={resource} />
                    <Shares resource={resource} />
                </div>
                <Card title="Facts" actions={resource.decoy && <Badge tone="warn">decoy</Badge>}>
                    <Facts items={[
                        ["Address", <span class="mono">{resource.cidr}</span>],
                        ["Ports", <span class="mono">{resource.ports === "*" ? "all" : resource.ports}</span>],
                        ["Protocol", resource.protocol === "both" ? "TCP and UDP" : resource.protocol.toUpperCase()],
                        ["On request by", <Badges items={resource.requestableBy} most={6} />],
                        ...(resource.requestableBy.length > 0 ? [
                            ["Approvals", `${resource.approvals}${resource.approverRole ? ` by ${resource.approverRole}` : ""}`] as [string, string],
                            ["At most for", !resource.maxDurationSeconds ? "no limit" : span(resource.maxDurationSeconds)] as [string, string],
                        ] : []),
                    ]} />
                </Card>
            </div>
            {editing && <ResourceDialog resource={resource} onClose={() => setEditing(false)} />}
        </Page>
    );
}

export default function ResourcePage({ params }: PageProps) {
    const id = params.id ?? "";
    const resource = useQuery(`resources/${id}`, () => got(api.GET("/resources/{id}", { params: { path: { id } } })));
    if (resource.data === undefined) {
        return <Page title="Resource" back={{ href: "/resources", label: "Resources" }}>{resource.error === undefined ? <Bones lines={6} /> : <Failed error={resource.error} />}</Page>;
    }
    return <Detail resource={resource.data} />;
}
