import { useState } from "preact/hooks";
import { api, got, whole } from "../api/client";
import type { ServiceAccount, Token } from "../api/types";
import { useRoleNames } from "../app/choices";
import { PERMISSIONS } from "../app/permissions";
import { useMainAction } from "../app/shortcuts";
import { confirm } from "../state/confirm";
import { fromLocalInput } from "../format/time";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may, session } from "../state/session";
import { toast } from "../state/toasts";
import { Button, SecretText, Tabs } from "../ui/controls";
import { deleteAfter, Dialog, FormDialog } from "../ui/dialogs";
import { Checks, ListField, Text } from "../ui/fields";
import { Ago, Avatar, Badge, Badges, Cell, Empty, Loaded, Note, Page } from "../ui/parts";
import { Table } from "../ui/table";

function TokenDialog({ owner, onClose, onMade }: { owner: string | undefined; onClose: () => void; onMade: (secret: string) => void }) {
    const mine = session.value?.permissions ?? [];
    const form = useForm({ name: "", scopes: [] as string[], expires: "", sources: [] as string[] });
    form.shows("expiresAt");
    return (
        <FormDialog
            title={owner === undefined ? "New API token" : `New API token of ${owner}`}
            submit="Make token"
            size="wide"
            form={form}
            onClose={onClose}
            save={async ({ name, scopes, expires, sources }) => {
                const expiresAt = fromLocalInput(expires);
                const made = await got(api.POST("/tokens", {
                    body: { name: name.trim(), scopes, sources, ...(expiresAt && { expiresAt }), ...(owner && { owner }) },
                }));
                onMade(made.secret ?? "");
                await invalidate("tokens");
            }}
        >
            <div class="pair">
                <Text form={form} name="name" label="Name" autoFocus placeholder="deploy script" />
                <Text form={form} name="expires" label="Expires" type="datetime-local" optional />
            </div>
            <Checks
                form={form}
                name="scopes"
                label="May do"
                hint="Never more than its owner may."
                choices={PERMISSIONS.filter((one) => owner !== undefined || mine.includes(one.name)).map((one) => ({ value: one.name, label: one.name, hint: one.text }))}
            />
            <ListField form={form} name="sources" label="Only from" optional placeholder="10.0.0.0/8" hint="Networks that it may be used from." />
        </FormDialog>
    );
}

function TokenTable({ items }: { items: Token[] }) {
    const revoke = async (token: Token): Promise<void> => {
        const sure = await confirm({ title: `Revoke ${token.name}?`, text: "Whatever uses it stops working at once.", confirm: "Revoke", danger: true });
        if (sure !== undefined) {
            await api.DELETE("/tokens/{id}", { params: { path: { id: token.id } } });
            await invalidate("tokens");
            toast("Revoked.");
        }
    };
    return (
        <Table
            label="API tokens"
            rows={items}
            id={(one) => one.id}
            columns={[
                { head: "Name", cell: (one) => <Cell lead={<Avatar name="" icon="token" />} title={one.name} small={one.owner} /> },
                { head: "May do", cell: (one) => <Badges items={one.scopes} most={2} /> },
                { head: "Only from", cell: (one) => one.sources.length === 0 ? <span class="faint">anywhere</span> : <span class="mono">{one.sources.join(", ")}</span> },
                { head: "Last used", cell: (one) => <Ago at={one.lastUsedAt} /> },
                { head: "Expires", cell: (one) => <Ago at={one.expiresAt} /> },
                { head: "", kind: "end", cell: (one) => <Button size="small" kind="danger" onClick={() => revoke(one)}>Revoke<span class="sr"> {one.name}</span></Button> },
            ]}
        />
    );
}

function Tokens({ add }: { add: preact.JSX.Element }) {
    const tokens = useQuery("tokens", () => whole((query) => api.GET("/tokens", { params: { query } })));
    return (
        <Loaded query={tokens} retry={() => invalidate("tokens")}>
            {(list) => list.items.length === 0 ? (
                <Empty icon="token" title="No tokens" action={add}>A token lets a program use the API in your name, for as little as you choose.</Empty>
            ) : <TokenTable items={list.items} />}
        </Loaded>
    );
}

function ServiceDialog({ onClose }: { onClose: () => void }) {
    const roles = useRoleNames();
    const form = useForm({ name: "", roles: [] as string[] });
    return (
        <FormDialog
            title="Add a service account"
            submit="Add"
            form={form}
            onClose={onClose}
            save={async ({ name, roles: chosen }) => {
                await api.POST("/service-accounts", { body: { name: name.trim(), roles: chosen } });
                await invalidate("service-accounts");
                toast("Added. Make a token for it next.");
            }}
        >
            <Text form={form} name="name" label="Name" autoFocus placeholder="backup-robot" hint="It can't log in; it has tokens." />
            <Checks form={form} name="roles" label="Roles" choices={roles.map((one) => ({ value: one.name, label: one.name }))} />
        </FormDialog>
    );
}

function Services({ add, onToken }: { add: preact.JSX.Element; onToken: (owner: string) => void }) {
    const accounts = useQuery("service-accounts", () => whole((query) => api.GET("/service-accounts", { params: { query } })));
    const remove = async (one: ServiceAccount): Promise<void> => {
        if (await deleteAfter(`service account ${one.name}`, one.name, "Its tokens stop working at once.", () => api.DELETE("/service-accounts/{id}", { params: { path: { id: one.id } } }))) {
            await invalidate("service-accounts", "tokens");
        }
    };
    return (
        <Loaded query={accounts} retry={() => invalidate("service-accounts")}>
            {(list) => list.items.length === 0 ? (
                <Empty icon="token" title="No service accounts" action={add}>Programs that belong to nobody in particular get an account of their own.</Empty>
            ) : (
                <Table
                    label="Service accounts"
                    rows={list.items}
                    id={(one) => one.id}
                    columns={[
                        { head: "Name", cell: (one) => <Cell lead={<Avatar name="" icon="settings" />} title={one.name} /> },
                        { head: "Roles", cell: (one) => <Badges items={one.roles} /> },
                        { head: "State", cell: (one) => <Badge tone={one.disabled ? "" : "ok"}>{one.disabled ? "disabled" : "active"}</Badge> },
                        { head: "", kind: "end", cell: (one) => (
                            <span class="row">
                                <Button size="small" icon="plus" onClick={() => onToken(one.name)}>Token</Button>
                                <Button size="small" kind="ghost" icon="trash" label={`Delete ${one.name}`} onClick={() => remove(one)} />
                            </span>
                        ) },
                    ]}
                />
            )}
        </Loaded>
    );
}

export default function TokensPage() {
    const manage = may("MANAGE TOKENS");
    const tab = manage && query.value.get("tab") === "services" ? "services" : "tokens";
    const [making, setMaking] = useState<{ owner?: string }>();
    const [adding, setAdding] = useState(false);
    const [secret, setSecret] = useState<string>();
    const start = (): void => (tab === "tokens" ? setMaking({}) : setAdding(true));
    useMainAction(tab === "tokens" ? "New API token" : "Add a service account", start);
    const add = <Button kind="primary" icon="plus" onClick={start}>{tab === "tokens" ? "New token" : "Add account"}</Button>;
    const body = tab === "tokens" ? <Tokens add={add} /> : <Services add={add} onToken={(owner) => setMaking({ owner })} />;
    return (
        <Page title="API tokens" text="For programs that use the API." actions={add}>
            {manage ? (
                <Tabs label="API tokens" active={tab} onChange={(key) => setQuery("tab", key === "tokens" ? "" : key)} tabs={[{ key: "tokens", label: "My tokens" }, { key: "services", label: "Service accounts" }]}>
                    {body}
                </Tabs>
            ) : body}
            {making && <TokenDialog owner={making.owner} onClose={() => setMaking(undefined)} onMade={setSecret} />}
            {adding && <ServiceDialog onClose={() => setAdding(false)} />}
            {secret !== undefined && (
                <Dialog title="Your new token" size="narrow" onClose={() => setSecret(undefined)} footer={<Button kind="primary" onClick={() => setSecret(undefined)}>Done</Button>}>
                    <Note tone="warn" icon="key">Shown this once. Send it as “Authorization: Bearer …”.</Note>
                    <SecretText text={secret} label="the token" />
                </Dialog>
            )}
        </Page>
    );
}
