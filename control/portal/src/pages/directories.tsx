import { useState } from "preact/hooks";
import { api, got, whole } from "../api/client";
import type { Directory, DirectoryTest } from "../api/types";
import { useMainAction } from "../app/shortcuts";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { Button, Menu } from "../ui/controls";
import { deleteAfter, Dialog } from "../ui/dialogs";
import { FormProblem, Text } from "../ui/fields";
import { Icon } from "../ui/icons";
import { Avatar, Badge, Cell, Empty, Loaded, Note, Page } from "../ui/parts";
import { Table } from "../ui/table";
import { DirectoryDialog, KINDS } from "./directoryform";

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
    const directories = useQuery("directories", () => whole((query) => api.GET("/directories", { params: { query } })));
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
                    <Empty icon="directory" title="Only local users so far" action={add}>Connect Active Directory, LDAP, an OpenID or a SAML provider; groups become roles, and people come in with their first login.</Empty>
                ) : (
                    <Table
                        label="Directories"
                        rows={list.items}
                        id={(one) => one.id}
                        columns={[
                            { head: "Name", cell: (one) => <Cell lead={<Avatar name="" icon="directory" />} title={one.name} small={one.settings.url ?? one.settings.issuer ?? one.settings.entityId} /> },
                            { head: "Kind", cell: (one) => KINDS.find((kind) => kind.value === one.kind)?.short ?? one.kind },
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
