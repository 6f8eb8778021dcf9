import { useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { Directory, DirectoryTest } from "../api/types";
import { useMainAction } from "../app/shortcuts";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { toast } from "../state/toasts";
import { Button, Menu } from "../ui/controls";
import { deleteAfter, Dialog, FormDialog } from "../ui/dialogs";
import { Choice, FormProblem, Switch, Text } from "../ui/fields";
import { Icon } from "../ui/icons";
import { Avatar, Badge, Cell, Empty, Loaded, Note, Page } from "../ui/parts";
import { Table } from "../ui/table";

type Kind = Directory["kind"];

const SETTINGS: Record<Kind, { key: string; label: string; hint?: string; secret?: boolean }[]> = {
    ldap: [
        { key: "url", label: "Server", hint: "ldaps://dc1.example.org" },
        { key: "baseDn", label: "Base DN", hint: "dc=example,dc=org" },
        { key: "bindDn", label: "Bind as", hint: "An account that may search." },
        { key: "bindPassword", label: "Its password", secret: true },
        { key: "userFilter", label: "User filter", hint: "(&(objectClass=person)(sAMAccountName={0}))" },
        { key: "nameAttribute", label: "Attribute with the user name", hint: "uid if empty; sAMAccountName in Active Directory" },
        { key: "groupFilter", label: "Group filter", hint: "(member={0})" },
    ],
    oidc: [
        { key: "issuer", label: "Issuer", hint: "https://login.example.org" },
        { key: "clientId", label: "Client id" },
        { key: "clientSecret", label: "Client secret", secret: true },
        { key: "scopes", label: "Scopes", hint: "openid profile email" },
        { key: "groupsClaim", label: "Claim with the groups", hint: "groups" },
    ],
};

/** `group = role` per line. */
function mappingText(mapping: Record<string, string>): string {
    return Object.entries(mapping).map(([group, role]) => `${group} = ${role}`).join("\n");
}

function mappingOf(text: string): Record<string, string> {
    const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    return Object.fromEntries(lines.map((line) => {
        const at = line.lastIndexOf("=");
        if (at <= 0) {
            throw new Error(`“${line}” is no mapping: write group = role.`);
        }
        return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }));
}

type Values = { name: string; kind: Kind; enabled: boolean; mapping: string } & Record<string, unknown>;

function DirectoryDialog({ directory, onClose }: { directory: Directory | undefined; onClose: () => void }) {
    const [base, setBase] = useState(directory);
    const form = useForm({
        name: base?.name ?? "", kind: base?.kind ?? "ldap", enabled: base?.enabled ?? true, mapping: mappingText(base?.groupRoles ?? {}),
        ...Object.fromEntries(Object.entries(base?.settings ?? {}).map(([key, value]) => [`settings.${key}`, value])),
    } as Values, [base]);
    const kind = form.values.value.kind;
    const save = async (values: Values, version?: number): Promise<void> => {
        const settings = Object.fromEntries(
            SETTINGS[kind].map(({ key }) => [key, String(values[`settings.${key}`] ?? "").trim()]).filter(([, value]) => value !== ""),
        ) as Record<string, string>;
        const body = { name: values.name.trim(), kind, enabled: values.enabled, settings, groupRoles: mappingOf(values.mapping) };
        if (directory === undefined) {
            await api.POST("/directories", { body });
        } else {
            await api.PUT("/directories/{id}", { params: { path: { id: directory.id } }, body, headers: ifMatch(version) });
        }
        await invalidate("directories");
        toast(directory === undefined ? "Connected. Test it before people rely on it." : "Saved.");
    };
    return (
        <FormDialog
            title={directory === undefined ? "Connect a directory" : `Edit ${directory.name}`}
            submit={directory === undefined ? "Connect" : "Save"}
            form={form}
            onClose={onClose}
            save={(values) => save(values, base?.version)}
            {...(directory !== undefined && {
                onOverwrite: (values: Values) => save(values),
                onReload: async () => setBase(await got(api.GET("/directories/{id}", { params: { path: { id: directory.id } } }))),
            })}
        >
            <div class="pair">
                <Text form={form} name="name" label="Name" autoFocus hint="People choose it at login." />
                <Choice form={form} name="kind" label="Kind" choices={[{ value: "ldap", label: "LDAP or Active Directory" }, { value: "oidc", label: "OpenID Connect" }]} />
            </div>
            {SETTINGS[kind].map((one) => (
                <Text
                    key={kind + one.key}
                    form={form}
                    name={`settings.${one.key}`}
                    label={one.label}
                    mono
                    {...(one.secret && { type: "password" as const, autocomplete: "new-password" })}
                    hint={one.secret && directory !== undefined ? "Leave it empty to keep the present one." : one.hint}
                />
            ))}
            <Text form={form} name="mapping" label="Groups to roles" rows={4} mono optional hint="One per line: group = role" />
            <Switch form={form} name="enabled" label="Switched on" />
        </FormDialog>
    );
}

function TestDialog({ directory, onClose }: { directory: Directory; onClose: () => void }) {
    const form = useForm({ user: "", password: "" });
    const [result, setResult] = useState<DirectoryTest>();
    const run = (): Promise<boolean> =>
        form.submit(async ({ user, password }) => {
            const body = { ...(user.trim() !== "" && { user: user.trim() }), ...(password !== "" && { password }) };
            setResult(await got(api.POST("/directories/{id}/test", { params: { path: { id: directory.id } }, body })));
        });
    return (
        <Dialog title={`Test ${directory.name}`} onClose={onClose} onSubmit={run} footer={<><Button onClick={onClose}>Close</Button><Button type="submit" kind="primary" busy={form.busy.value}>Run the test</Button></>}>
            <FormProblem form={form} />
            {directory.kind === "ldap" && (
                <div class="pair">
                    <Text form={form} name="user" label="User" optional hint="Looks somebody up." />
                    <Text form={form} name="password" label="Password" type="password" optional hint="Tries their login. It is not kept." />
                </div>
            )}
            {result && (
                <div class="stack" role="status">
                    <Note tone={result.ok ? "ok" : "bad"} icon={result.ok ? "checkCircle" : "warn"}>{result.ok ? "Everything works." : "Something does not work yet."}</Note>
                    <ul class="stack">
                        {result.steps.map((step) => (
                            <li key={step.name} class="row">
                                <span class={`note ${step.ok ? "ok" : "bad"}`}><Icon name={step.ok ? "check" : "x"} /></span>
                                <span><b>{step.name}</b><br /><span class="small quiet">{step.detail}</span></span>
                            </li>
                        ))}
                    </ul>
                </div>
            )}
        </Dialog>
    );
}

export default function Directories() {
    const directories = useQuery("directories", () => got(api.GET("/directories")));
    const [editing, setEditing] = useState<Directory | "new">();
    const [testing, setTesting] = useState<Directory>();
    useMainAction("Connect a directory", () => setEditing("new"));
    const add = <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>Connect directory</Button>;
    const remove = async (one: Directory): Promise<void> => {
        if (await deleteAfter(`directory ${one.name}`, one.name, "Nobody from it can log in any more.", () => api.DELETE("/directories/{id}", { params: { path: { id: one.id } } }))) {
            await invalidate("directories");
        }
    };
    return (
        <Page title="Directories" text="Where people come from. Their passwords are asked for there and never kept here." actions={add}>
            <Loaded query={directories} retry={() => invalidate("directories")}>
                {(list) => list.items.length === 0 ? (
                    <Empty icon="directory" title="Only local users so far" action={add}>Connect Active Directory, LDAP or an OpenID provider; groups become roles, and people come in with their first login.</Empty>
                ) : (
                    <Table
                        label="Directories"
                        rows={list.items}
                        id={(one) => one.id}
                        columns={[
                            { head: "Name", cell: (one) => <Cell lead={<Avatar name="" icon="directory" />} title={one.name} small={one.settings.url ?? one.settings.issuer} /> },
                            { head: "Kind", cell: (one) => one.kind === "ldap" ? "LDAP" : "OpenID Connect" },
                            { head: "Groups to roles", kind: "num", cell: (one) => Object.keys(one.groupRoles).length },
                            { head: "State", cell: (one) => <Badge tone={one.enabled ? "ok" : ""}>{one.enabled ? "on" : "off"}</Badge> },
                            { head: "", kind: "end", cell: (one) => (
                                <span class="row">
                                    <Button size="small" icon="play" onClick={() => setTesting(one)}>Test</Button>
                                    <Menu label={`Actions of ${one.name}`} items={[
                                        { label: "Edit", icon: "edit", run: () => setEditing(one) },
                                        { label: "Delete", icon: "trash", danger: true, run: () => remove(one) },
                                    ]} />
                                </span>
                            ) },
                        ]}
                    />
                )}
            </Loaded>
            {editing !== undefined && <DirectoryDialog directory={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />}
            {testing && <TestDialog directory={testing} onClose={() => setTesting(undefined)} />}
        </Page>
    );
}
