import { api, got } from "../api/client";
import type { Overlap } from "../api/types";
import { count } from "../format/text";
import { query, setFilter } from "../state/router";
import { LinkButton } from "../ui/controls";
import { Badge, Empty, Page } from "../ui/parts";
import { type Column, PagedTable, Search, usePages } from "../ui/table";

/** More pairs than this are not counted. */
const COUNTED = 10_000;

function Side({ side }: { side: Overlap["sides"][number] }) {
    const more = side.grants - side.who.length;
    return (
        <div class="lines">
            <a href={`/resources/${side.id}`}><b>{side.name}</b></a>
            <span class="mono small quiet">{side.opens}</span>
            <span class="badges">
                {side.decoy && <Badge tone="warn">decoy</Badge>}
                {side.grants === 0 && <span class="faint small">nobody</span>}
                {side.who.map((one) => <a key={one.grant} href={`/grants/${one.grant}`}><Badge plain tone={one.deny ? "bad" : ""}>{one.deny ? "deny " : ""}{one.to.replace(":", " ")}{!one.deny && !one.mfa ? ", no prompt" : ""}</Badge></a>)}
                {more > 0 && <Badge plain>+{count(more)}</Badge>}
            </span>
        </div>
    );
}

export const PAIR: Column<Overlap>[] = [
    { head: "Wider", cell: (one) => one.sides[0] && <Side side={one.sides[0]} /> },
    { head: "Narrower", cell: (one) => one.sides[1] && <Side side={one.sides[1]} /> },
    { head: "Both open", cell: (one) => (
        <div class="lines">
            <span class="mono">{one.block}</span>
            <span class="small quiet">{one.protocol === "ping" ? "ping" : `${one.ports === "*" ? "all ports" : `ports ${one.ports}`} by ${one.protocol === "both" ? "TCP and UDP" : one.protocol.toUpperCase()}`}</span>
        </div>
    ) },
];

/** The name of a pair among all. */
export function pairId(one: Overlap): string {
    return one.sides.map((side) => side.id).join(" ");
}

export default function Overlaps() {
    const resource = query.value.get("resource") ?? "";
    const paged = usePages(`resources/overlaps?resource=${resource}`, (page) =>
        got(api.GET("/resources/overlaps", { params: { query: { ...(resource && { resource }), ...page } } })));
    return (
        <Page
            title="Overlaps"
            text="Resources that share destinations, and who may reach these by which of the two. Any grant opens them; a deny wins."
            back={{ href: "/resources", label: "Resources" }}
        >
            <div class="filters">
                <Search label="Only those of a resource, by its whole name" value={resource} onChange={(text) => setFilter("resource", text)} />
                {paged.items !== undefined && <span class="total" aria-live="polite">{paged.total >= COUNTED ? `${count(COUNTED)} pairs or more` : `${count(paged.total)} ${paged.total === 1 ? "pair" : "pairs"}`}</span>}
            </div>
            <PagedTable
                paged={paged}
                label="Overlaps"
                id={pairId}
                columns={PAIR}
                empty={<Empty icon="checkCircle" title="No two resources share a destination" {...(resource !== "" && { action: <LinkButton href="/resources/overlaps">Show all</LinkButton> })}>Each address and port is opened by one resource only.</Empty>}
            />
        </Page>
    );
}
