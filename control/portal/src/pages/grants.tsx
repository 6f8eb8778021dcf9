import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Grant } from "../api/types";
import { useMainAction } from "../app/shortcuts";
import { dateTime, span } from "../format/time";
import { describe, fromFields } from "../format/validity";
import { query, setFilter } from "../state/router";
import { may } from "../state/session";
import { Button, LinkButton, Menu } from "../ui/controls";
import { Badge, Cell, Empty, Page } from "../ui/parts";
import { PagedTable, Search, Total, usePages } from "../ui/table";
import { GrantDialog, RevokeDialog } from "./grantform";
import { RecipientCell } from "./recipient";
import { ValidityState } from "./validity";

/** What a grant says, in a word. */
export function Rule({ deny, mfa }: { deny: boolean; mfa: boolean }) {
    return deny ? <Badge tone="bad">deny</Badge> : mfa ? <Badge tone="accent">second factor</Badge> : <Badge>no prompt</Badge>;
}

export default function Grants() {
    const q = query.value.get("q") ?? "";
    const manage = may("MANAGE GRANTS");
    const [editing, setEditing] = useState<Grant | "new" | undefined>(query.value.has("new") && manage ? "new" : undefined);
    const [revoking, setRevoking] = useState<Grant>();
    const paged = usePages(`grants?${q}`, (page) => got(api.GET("/grants", { params: { query: { ...(q && { q }), ...page } } })));
    useMainAction("Add a grant", () => setEditing("new"), manage);
    const add = manage && <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>Add grant</Button>;
    return (
        <Page title="Grants" text="Who may reach what, and when. What is not granted does not pass." actions={add}>
            <div class="filters">
                <Search label="Search grants" value={q} onChange={(text) => setFilter("q", text)} />
                <Total amount={paged.total} one="grant" />
            </div>
            <PagedTable
                paged={paged}
                label="Grants"
                linked
                id={(one) => one.id}
                empty={q !== "" ? <Empty icon="search" title="No grant fits" action={<LinkButton href="/grants">Show all</LinkButton>}>Search by resource, user or role.</Empty>
                    : <Empty icon="grant" title="Nobody reaches anything yet" action={add}>A grant opens a resource to a user, a role or a network: always, for a time, or at hours of the week.</Empty>}
                columns={[
                    { head: "To", cell: (one) => <RecipientCell to={one.to} href={`/grants/${one.id}`} /> },
                    { head: "Resource", cell: (one) => <Cell title={one.resource} small={one.comment} /> },
                    { head: "Rule", cell: (one) => <Rule {...one} /> },
                    { head: "When", cell: (one) => describe(fromFields(one), dateTime, span) },
                    { head: "State", cell: (one) => <ValidityState from={one.from} until={one.until} /> },
                    { head: "", kind: "end", cell: (one) => manage && (
                        <Menu label={`Actions of the grant of ${one.resource} to ${one.to}`} items={[
                            { label: "Edit", icon: "edit", run: () => setEditing(one) },
                            { label: "Revoke", icon: "trash", danger: true, run: () => setRevoking(one) },
                        ]} />
                    ) },
                ]}
            />
            {editing !== undefined && <GrantDialog grant={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />}
            {revoking !== undefined && <RevokeDialog grant={revoking} onClose={() => setRevoking(undefined)} />}
        </Page>
    );
}
