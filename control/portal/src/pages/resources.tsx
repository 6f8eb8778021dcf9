import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import { useMainAction } from "../app/shortcuts";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { Button, LinkButton } from "../ui/controls";
import { Avatar, Badge, Badges, Cell, Empty, Page } from "../ui/parts";
import { ListingTable, Search, Total, useListing } from "../ui/table";
import { ResourceDialog } from "./resourceform";

export default function Resources() {
    const q = query.value.get("q") ?? "";
    const manage = may("MANAGE RESOURCES");
    const [adding, setAdding] = useState(query.value.has("new") && manage);
    const listed = useListing(`resources?${q}`, (cursor) => got(api.GET("/resources", { params: { query: { ...(q && { q }), ...(cursor && { cursor }) } } })));
    useMainAction("Add a resource", () => setAdding(true), manage);
    const add = manage && <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Add resource</Button>;
    return (
        <Page title="Resources" text="What lies behind the checkpoint: addresses and ports under one name." actions={add}>
            <div class="filters">
                <Search label="Search resources" value={q} onChange={(text) => setQuery("q", text)} />
                <Total amount={listed.total} one="resource" />
            </div>
            <ListingTable
                listed={listed}
                label="Resources"
                linked
                id={(one) => one.id}
                empty={q !== "" ? <Empty icon="search" title="No resource fits" action={<LinkButton href="/resources">Show all</LinkButton>}>Search by name or address.</Empty>
                    : <Empty icon="resource" title="No resources yet" action={add}>A resource is a subnet or an address with ports, such as 10.0.1.0/24 and 22, 443. Then grant it to people or roles.</Empty>}
                columns={[
                    { head: "Name", cell: (one) => <Cell lead={<Avatar name="" icon={one.decoy ? "warn" : "resource"} />} title={one.name} small={one.decoy ? `Decoy: whoever touches it is locked${one.description ? ` · ${one.description}` : ""}` : one.description} href={`/resources/${one.id}`} /> },
                    { head: "Address", cell: (one) => <span class="mono">{one.cidr}</span> },
                    { head: "Ports", cell: (one) => <span class="mono">{one.ports === "*" ? "all" : one.ports}</span> },
                    { head: "Protocol", cell: (one) => one.protocol === "both" ? "TCP, UDP" : one.protocol.toUpperCase() },
                    { head: "On request", cell: (one) => one.decoy ? <Badge tone="warn">decoy</Badge> : one.requestableBy.length === 0 ? <span class="faint">no</span> : <Badges items={one.requestableBy} most={1} /> },
                ]}
            />
            {adding && <ResourceDialog resource={undefined} onClose={() => setAdding(false)} />}
        </Page>
    );
}
