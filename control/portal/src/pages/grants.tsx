import { useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { Grant } from "../api/types";
import { useResourceNames, useRoleNames, useUserNames } from "../app/choices";
import { useMainAction } from "../app/shortcuts";
import { dateTime, span } from "../format/time";
import { describe, fromFields, problems, toFields, type Validity } from "../format/validity";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton, Menu } from "../ui/controls";
import { FormDialog } from "../ui/dialogs";
import { Choice, Switch, Text } from "../ui/fields";
import { Badge, Empty, Page } from "../ui/parts";
import { ListingTable, Search, Total, useListing } from "../ui/table";
import { RecipientCell } from "./recipient";
import { ValidityEditor, ValidityState } from "./validity";

interface Values {
    resource: string;
    kind: "user" | "role" | "network";
    who: string;
    deny: boolean;
    mfa: boolean;
    comment: string;
    validity: Validity;
}

function valuesOf(grant: Grant | undefined, resource: string): Values {
    const [kind = "role", ...rest] = (grant?.to ?? "role:").split(":");
    return {
        resource: grant?.resource ?? resource,
        kind: kind as Values["kind"],
        who: rest.join(":"),
        deny: grant?.deny ?? false,
        mfa: grant?.mfa ?? true,
        comment: grant?.comment ?? "",
        validity: grant === undefined ? { kind: "always" } : fromFields(grant),
    };
}

const FIELDS_OF_VALIDITY = ["from", "until", "durationSeconds", "weekly"];

function GrantDialog({ grant, onClose }: { grant: Grant | undefined; onClose: () => void }) {
    const users = useUserNames();
    const roles = useRoleNames();
    const resources = useResourceNames();
    const [base, setBase] = useState(grant);
    const form = useForm(valuesOf(base, query.value.get("resource") ?? ""), [base]);
    // Errors of these fields and of `to` are shown where the person can mend them.
    FIELDS_OF_VALIDITY.forEach((name) => form.shows(name));
    form.shows("to");
    const { kind, deny, validity } = form.values.value;
    const errors = form.errors.value;
    if (errors.to !== undefined && errors.who === undefined) {
        form.errors.value = { ...errors, who: errors.to };
    }
    const save = async (values: Values, version?: number): Promise<void> => {
        const wrong = problems(values.validity);
        if (Object.keys(wrong).length > 0) {
            form.errors.value = wrong;
            throw new Error("The grant is not complete yet.");
        }
        const body = {
            resource: values.resource,
            to: `${values.kind}:${values.who.trim()}`,
            deny: values.deny,
            mfa: values.deny ? false : values.mfa,
            ...toFields(values.validity),
            ...(values.comment.trim() !== "" && { comment: values.comment.trim() }),
        };
        if (grant === undefined) {
            await api.POST("/grants", { body });
        } else {
            await api.PUT("/grants/{id}", { params: { path: { id: grant.id } }, body, headers: ifMatch(version) });
        }
        await invalidate("grants", "resources");
        toast(grant === undefined ? "Granted. It counts from now on." : "Saved. It counts from now on.");
    };
    const names = kind === "user" ? users.map((one) => one.name) : roles.map((one) => one.name);
    return (
        <FormDialog
            title={grant === undefined ? "Add a grant" : "Edit the grant"}
            submit={grant === undefined ? "Grant" : "Save"}
            form={form}
            onClose={onClose}
            save={(values) => save(values, base?.version)}
            {...(grant !== undefined && {
                onOverwrite: (values: Values) => save(values),
                onReload: async () => setBase(await got(api.GET("/grants/{id}", { params: { path: { id: grant.id } } }))),
            })}
        >
            <Choice form={form} name="resource" label="Resource" choices={[{ value: "", label: "Choose" }, ...resources.map((one) => ({ value: one.name, label: `${one.name}  (${one.cidr}, ${one.ports === "*" ? "all ports" : one.ports})` }))]} />
            <div class="pair">
                <Choice form={form} name="kind" label="To" choices={[{ value: "role", label: "A role" }, { value: "user", label: "A user" }, { value: "network", label: "Who comes from a network" }]} />
                {kind === "network" || names.length === 0 ? (
                    <Text form={form} name="who" label={kind === "network" ? "Network" : "Name"} mono placeholder={kind === "network" ? "10.90.0.0/24" : ""} />
                ) : (
                    <Choice form={form} name="who" label={kind === "user" ? "User" : "Role"} choices={[{ value: "", label: "Choose" }, ...names.map((name) => ({ value: name, label: name }))]} />
                )}
            </div>
            <ValidityEditor value={validity} errors={errors} onChange={(next) => form.set("validity", next)} />
            {!deny && <Switch form={form} name="mfa" label="Ask for the second factor" hint="When it is touched, and again after a time without traffic. Leave it on unless machines talk here, as for DNS." />}
            <Switch form={form} name="deny" label="Deny instead" hint="A deny wins over every grant." />
            <Text form={form} name="comment" label="Comment" optional />
        </FormDialog>
    );
}

export default function Grants() {
    const q = query.value.get("q") ?? "";
    const manage = may("MANAGE GRANTS");
    const [editing, setEditing] = useState<Grant | "new" | undefined>(query.value.has("new") && manage ? "new" : undefined);
    const listed = useListing(`grants?${q}`, (cursor) => got(api.GET("/grants", { params: { query: { ...(q && { q }), ...(cursor && { cursor }) } } })));
    useMainAction("Add a grant", () => setEditing("new"), manage);
    const add = manage && <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>Add grant</Button>;
    const revoke = async (grant: Grant): Promise<void> => {
        const sure = await confirm({
            title: "Revoke this grant?",
            text: `${grant.to.replace(":", " ")} loses ${grant.resource}. Live flows end within a second.`,
            confirm: "Revoke",
            danger: true,
        });
        if (sure !== undefined) {
            await api.DELETE("/grants/{id}", { params: { path: { id: grant.id } } });
            await invalidate("grants", "resources");
            toast("Revoked.");
        }
    };
    return (
        <Page title="Grants" text="Who may reach what, and when. What is not granted does not pass." actions={add}>
            <div class="filters">
                <Search label="Search grants" value={q} onChange={(text) => setQuery("q", text)} />
                <Total amount={listed.total} one="grant" />
            </div>
            <ListingTable
                listed={listed}
                label="Grants"
                id={(one) => one.id}
                empty={q !== "" ? <Empty icon="search" title="No grant fits" action={<LinkButton href="/grants">Show all</LinkButton>}>Search by resource, user or role.</Empty>
                    : <Empty icon="grant" title="Nobody reaches anything yet" action={add}>A grant opens a resource to a user, a role or a network: always, for a time, or at hours of the week.</Empty>}
                columns={[
                    { head: "To", cell: (one) => <RecipientCell to={one.to} /> },
                    { head: "Resource", cell: (one) => <b>{one.resource}</b> },
                    { head: "Rule", cell: (one) => one.deny ? <Badge tone="bad">deny</Badge> : one.mfa ? <Badge tone="accent">second factor</Badge> : <Badge>no prompt</Badge> },
                    { head: "When", cell: (one) => describe(fromFields(one), dateTime, span) },
                    { head: "State", cell: (one) => <ValidityState from={one.from} until={one.until} /> },
                    { head: "", kind: "end", cell: (one) => manage && (
                        <Menu label={`Actions of the grant of ${one.resource} to ${one.to}`} items={[
                            { label: "Edit", icon: "edit", run: () => setEditing(one) },
                            { label: "Revoke", icon: "trash", danger: true, run: () => revoke(one) },
                        ]} />
                    ) },
                ]}
            />
            {editing !== undefined && <GrantDialog grant={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />}
        </Page>
    );
}
