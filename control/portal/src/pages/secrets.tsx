import { useEffect, useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { Secret } from "../api/types";
import { useMainAction } from "../app/shortcuts";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton, Menu, SecretText } from "../ui/controls";
import { deleteAfter, Dialog, FormDialog } from "../ui/dialogs";
import { Choice, Text } from "../ui/fields";
import { Ago, Avatar, Badge, Cell, Countdown, Empty, Note, Page, useNow } from "../ui/parts";
import { ListingTable, Search, Total, useListing } from "../ui/table";

const KINDS = [
    { value: "database", label: "Database login" },
    { value: "ssh", label: "SSH login" },
    { value: "desktop", label: "Desktop login" },
    { value: "key", label: "Key or token" },
    { value: "text", label: "Free text" },
];

function SecretDialog({ secret, onClose }: { secret: Secret | undefined; onClose: () => void }) {
    const form = useForm({ name: secret?.name ?? "", kind: secret?.kind ?? "database", value: "", description: secret?.description ?? "" });
    const save = async (values: { name: string; kind: string; value: string; description: string }, version?: number): Promise<void> => {
        const body = {
            name: values.name.trim(),
            kind: values.kind,
            ...(values.description.trim() !== "" && { description: values.description.trim() }),
        };
        if (secret === undefined) {
            await api.POST("/secrets", { body: { ...body, value: values.value } });
        } else {
            await api.PUT("/secrets/{id}", { params: { path: { id: secret.id } }, body: { ...body, ...(values.value !== "" && { value: values.value }) }, headers: ifMatch(version) });
        }
        await invalidate("secrets");
        toast(secret === undefined ? "Kept, encrypted." : "Saved.");
    };
    return (
        <FormDialog
            title={secret === undefined ? "Add a secret" : `Edit ${secret.name}`}
            submit={secret === undefined ? "Keep it" : "Save"}
            form={form}
            onClose={onClose}
            save={(values) => save(values, secret?.version)}
            {...(secret !== undefined && { onOverwrite: (values: { name: string; kind: string; value: string; description: string }) => save(values) })}
        >
            <div class="pair">
                <Text form={form} name="name" label="Name" autoFocus />
                <Choice form={form} name="kind" label="Kind" choices={KINDS} />
            </div>
            <Text form={form} name="value" label="Value" mono rows={3} hint={secret === undefined ? "Encrypted before it is kept. Nobody sees it again without the permission to reveal it." : "Leave it empty to keep the present value."} />
            <Text form={form} name="description" label="Description" optional />
        </FormDialog>
    );
}

interface Revealed {
    name: string;
    value: string;
    since: string;
    expiresAt: string;
}

/** A revealed value goes away by itself. */
function RevealedDialog({ revealed, onClose }: { revealed: Revealed; onClose: () => void }) {
    const time = useNow();
    const over = Date.parse(revealed.expiresAt) <= time;
    useEffect(() => {
        if (over) {
            onClose();
            toast("The secret is hidden again.", "info");
        }
    }, [over]);
    return (
        <Dialog title={revealed.name} onClose={onClose}>
            <Note tone="warn" icon="eye">That you look at this is recorded. It is hidden again in <Countdown from={revealed.since} until={revealed.expiresAt} /></Note>
            {!over && <SecretText text={revealed.value} label="the secret" />}
        </Dialog>
    );
}

export default function Secrets() {
    const q = query.value.get("q") ?? "";
    const [editing, setEditing] = useState<Secret | "new">();
    const [revealed, setRevealed] = useState<Revealed>();
    const listed = useListing(`secrets?${q}`, (cursor) => got(api.GET("/secrets", { params: { query: { ...(q && { q }), ...(cursor && { cursor }) } } })));
    useMainAction("Add a secret", () => setEditing("new"));
    const add = <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>Add secret</Button>;
    const reveal = async (secret: Secret): Promise<void> => {
        const reason = await confirm({
            title: `Reveal ${secret.name}?`, text: "Who looks, when and why is recorded for good.", confirm: "Reveal", ask: { label: "Reason", required: true },
        });
        if (reason !== undefined) {
            const since = new Date().toISOString();
            const answer = await got(api.POST("/secrets/{id}/reveal", { params: { path: { id: secret.id } }, body: { reason } }));
            setRevealed({ name: secret.name, since, ...answer });
        }
    };
    const remove = async (secret: Secret): Promise<void> => {
        if (await deleteAfter(`secret ${secret.name}`, secret.name, "What uses it stops working.", () => api.DELETE("/secrets/{id}", { params: { path: { id: secret.id } } }))) {
            await invalidate("secrets");
        }
    };
    return (
        <Page title="Secrets" text="Credentials that people use without seeing them." actions={add}>
            <div class="filters">
                <Search label="Search secrets" value={q} onChange={(text) => setQuery("q", text)} />
                <Total amount={listed.total} one="secret" />
            </div>
            <ListingTable
                listed={listed}
                label="Secrets"
                id={(one) => one.id}
                empty={q !== "" ? <Empty icon="search" title="No secret fits" action={<LinkButton href="/secrets">Show all</LinkButton>}>Search by name.</Empty>
                    : <Empty icon="vault" title="The vault is empty" action={add}>Keep passwords, keys and tokens of systems here. They are encrypted with the key of this installation.</Empty>}
                columns={[
                    { head: "Name", cell: (one) => <Cell lead={<Avatar name="" icon="vault" />} title={one.name} small={one.description} /> },
                    { head: "Kind", cell: (one) => KINDS.find((kind) => kind.value === one.kind)?.label ?? one.kind },
                    { head: "Changed", cell: (one) => (one.lost ? <Badge tone="bad">value lost: give it again</Badge> : <Ago at={one.changedAt} />) },
                    { head: "", kind: "end", cell: (one) => (
                        <span class="row">
                            {may("REVEAL SECRET") && !one.lost && <Button size="small" icon="eye" onClick={() => reveal(one)}>Reveal</Button>}
                            <Menu label={`Actions of ${one.name}`} items={[
                                { label: "Edit", icon: "edit", run: () => setEditing(one) },
                                { label: "Delete", icon: "trash", danger: true, run: () => remove(one) },
                            ]} />
                        </span>
                    ) },
                ]}
            />
            {editing !== undefined && <SecretDialog secret={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />}
            {revealed && <RevealedDialog revealed={revealed} onClose={() => setRevealed(undefined)} />}
        </Page>
    );
}
