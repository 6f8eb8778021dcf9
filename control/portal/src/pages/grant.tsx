import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Grant } from "../api/types";
import type { PageProps } from "../app/pages";
import { dateTime, span } from "../format/time";
import { describe, fromFields, phase } from "../format/validity";
import type { Window } from "../format/windows";
import { useQuery } from "../state/queries";
import { go } from "../state/router";
import { may } from "../state/session";
import { Button } from "../ui/controls";
import { Badge, Bones, Card, Facts, Failed, Loaded, Page, useNow } from "../ui/parts";
import { GrantDialog, RevokeDialog } from "./grantform";
import { Rule } from "./grants";
import { RecipientCell } from "./recipient";
import { ValidityState } from "./validity";
import { Weeks } from "./windows";

/** Its state by the hours of the week, too. */
function State({ grant, windows }: { grant: Grant; windows: Window[] | undefined }) {
    const now = useNow();
    const active = phase({ ...(grant.from && { from: grant.from }), ...(grant.until && { until: grant.until }) }, now) === "active";
    const rests = active && windows !== undefined && !windows.some((one) => Date.parse(one.from) <= now && now < Date.parse(one.until));
    return rests ? <Badge tone="warn">not at this hour</Badge> : <ValidityState from={grant.from} until={grant.until} />;
}

function Detail({ grant }: { grant: Grant }) {
    const [editing, setEditing] = useState(false);
    const [revoking, setRevoking] = useState(false);
    const path = { id: grant.id };
    const windows = useQuery(`grants/${grant.id}/windows`, () => got(api.GET("/grants/{id}/windows", { params: { path } })));
    return (
        <Page
            title={`${grant.deny ? "Deny" : "Grant"} of ${grant.resource}`}
            text={grant.comment}
            back={{ href: "/grants", label: "Grants" }}
            actions={may("MANAGE GRANTS") && (
                <>
                    <Button icon="edit" onClick={() => setEditing(true)}>Edit</Button>
                    <Button kind="danger" icon="trash" onClick={() => setRevoking(true)}>Revoke</Button>
                </>
            )}
        >
            <div class="split">
                <Card title="When it holds" text={describe(fromFields(grant), dateTime, span)} actions={<State grant={grant} windows={windows.data?.items} />}>
                    <Loaded query={windows}>{(list) => <Weeks windows={list.items} deny={grant.deny} />}</Loaded>
                </Card>
                <Card title="Facts">
                    <Facts items={[
                        ["To", <RecipientCell to={grant.to} />],
                        ["Resource", <a href={`/resources/${grant.resourceId}`}>{grant.resource}</a>],
                        ["Rule", <Rule {...grant} />],
                        ["Made", `${dateTime(grant.createdAt)} by ${grant.createdBy}`],
                    ]} />
                </Card>
            </div>
            {editing && <GrantDialog grant={grant} onClose={() => setEditing(false)} />}
            {revoking && <RevokeDialog grant={grant} onClose={() => setRevoking(false)} onGone={() => go("/grants")} />}
        </Page>
    );
}

export default function GrantPage({ params }: PageProps) {
    const id = params.id ?? "";
    const grant = useQuery(`grants/${id}`, () => got(api.GET("/grants/{id}", { params: { path: { id } } })));
    if (grant.data === undefined) {
        return <Page title="Grant" back={{ href: "/grants", label: "Grants" }}>{grant.error === undefined ? <Bones lines={6} /> : <Failed error={grant.error} />}</Page>;
    }
    return <Detail grant={grant.data} />;
}
