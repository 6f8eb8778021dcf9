import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import { useMainAction } from "../app/shortcuts";
import { query, setFilter } from "../state/router";
import { may } from "../state/session";
import { Button, LinkButton, Menu } from "../ui/controls";
import { Avatar, Badge, Badges, Cell, Empty, Page } from "../ui/parts";
import { Filter, PagedTable, Search, Total, usePages } from "../ui/table";
import { ResourceDialog } from "./resourceform";
import { ImportDialog } from "./resourceimport";

const SORTS = [
    { value: "", label: "By name" }, { value: "-name", label: "By name, Z to A" }, { value: "address", label: "By address" }, { value: "-address", label: "By address, down" },
    { value: "protocol", label: "By protocol" }, { value: "-created", label: "Newest first" }, { value: "created", label: "Oldest first" },
];

/** What of the address the server is asked for. */
function wanted(): { q?: string; protocol?: string; decoy?: string; requestable?: string; sort?: string } {
    const of = (name: string): string => query.value.get(name) ?? "";
    const kind = of("kind");
    return {
        ...(of("q") && { q: of("q") }),
        ...(of("protocol") && { protocol: of("protocol") }),
        ...(kind === "requestable" && { requestable: "true" }),
        ...(kind === "decoy" && { decoy: "true" }),
        ...(kind === "real" && { decoy: "false" }),
        ...(of("sort") && { sort: of("sort") }),
    };
}

function exportOf(format: string): string {
    return `/api/v1/resources/export?${new URLSearchParams({ format, ...wanted() })}`;
}

export default function Resources() {
    const manage = may("MANAGE RESOURCES");
    const [adding, setAdding] = useState(query.value.has("new") && manage);
    const [importing, setImporting] = useState(false);
    const asked = wanted();
    const { sort = "", ...filters } = asked;
    const paged = usePages(`resources?${new URLSearchParams(asked)}`, (page) => got(api.GET("/resources", { params: { query: { ...asked, ...page } } })));
    useMainAction("Add a resource", () => setAdding(true), manage);
    const add = manage && <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Add resource</Button>;
    const actions = (
        <>
            {manage && <Button icon="upload" onClick={() => setImporting(true)}>Import</Button>}
            <Menu
                label="Export"
                items={[{ label: "As CSV", icon: "download", href: exportOf("csv") }, { label: "As JSON", icon: "download", href: exportOf("json") }]}
                button={(props) => <button {...props} class="btn">Export</button>}
            />
            <LinkButton href="/resources/overlaps">Overlaps</LinkButton>
            {add}
        </>
    );
    return (
        <Page title="Resources" text="What lies behind the checkpoint: addresses and ports under one name." actions={actions}>
            <div class="filters">
                <Search label="Search resources" value={filters.q ?? ""} onChange={(text) => setFilter("q", text)} />
                <Filter label="Protocol" value={filters.protocol ?? ""} onChange={(value) => setFilter("protocol", value)} choices={[
                    { value: "", label: "Any protocol" }, { value: "tcp", label: "TCP" }, { value: "udp", label: "UDP" }, { value: "both", label: "TCP and UDP" },
                ]} />
                <Filter label="Kind" value={query.value.get("kind") ?? ""} onChange={(value) => setFilter("kind", value)} choices={[
                    { value: "", label: "All" }, { value: "requestable", label: "On request" }, { value: "decoy", label: "Decoys" }, { value: "real", label: "No decoys" },
                ]} />
                <Filter label="Order" value={sort === "name" ? "" : sort} onChange={(value) => setFilter("sort", value)} choices={SORTS} />
                <Total amount={paged.total} one="resource" />
            </div>
            <PagedTable
                paged={paged}
                label="Resources"
                linked
                sorting={{ by: sort || "name", onChange: (by) => setFilter("sort", by === "name" ? "" : by) }}
                id={(one) => one.id}
                empty={Object.keys(filters).length > 0 ? <Empty icon="search" title="No resource fits" action={<LinkButton href="/resources">Show all</LinkButton>}>Search by name or address, or filter less.</Empty>
                    : <Empty icon="resource" title="No resources yet" action={add}>A resource is a subnet or an address with ports, such as 10.0.1.0/24 and 22, 443. Then grant it to people or roles. Many come at once by Import.</Empty>}
                columns={[
                    { head: "Name", sort: "name", cell: (one) => <Cell lead={<Avatar name="" icon={one.decoy ? "warn" : "resource"} />} title={one.name} small={one.decoy ? `Decoy: whoever touches it is locked${one.description ? ` · ${one.description}` : ""}` : one.description} href={`/resources/${one.id}`} /> },
                    { head: "Address", sort: "address", cell: (one) => <span class="mono">{one.cidr}</span> },
                    { head: "Ports", cell: (one) => <span class="mono">{one.ports === "*" ? "all" : one.ports}</span> },
                    { head: "Protocol", sort: "protocol", cell: (one) => one.protocol === "both" ? "TCP, UDP" : one.protocol.toUpperCase() },
                    { head: "On request", cell: (one) => one.decoy ? <Badge tone="warn">decoy</Badge> : one.requestableBy.length === 0 ? <span class="faint">no</span> : <Badges items={one.requestableBy} most={1} /> },
                ]}
            />
            {adding && <ResourceDialog resource={undefined} onClose={() => setAdding(false)} />}
            {importing && <ImportDialog onClose={() => setImporting(false)} />}
        </Page>
    );
}
