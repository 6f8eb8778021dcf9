import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { User } from "../api/types";
import { directoryName, useRoleNames } from "../app/choices";
import { useMainAction } from "../app/shortcuts";
import { factorName } from "../format/text";
import { useForm } from "../state/form";
import { invalidate } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { Button, LinkButton, SecretText } from "../ui/controls";
import { Dialog, FormDialog } from "../ui/dialogs";
import { Advanced, Checks, Text } from "../ui/fields";
import { Ago, Avatar, Badge, Badges, Cell, Empty, Note, Page, type Tone } from "../ui/parts";
import { Filter, ListingTable, Search, Total, useListing } from "../ui/table";

export const USER_TONES: Record<User["state"], Tone> = { active: "ok", disabled: "", locked: "bad" };

export function FirstPassword({ user, password, onClose }: { user: string; password: string; onClose: () => void }) {
    return (
        <Dialog title={`Password of ${user}`} size="narrow" onClose={onClose} footer={<Button kind="primary" onClick={onClose}>Done</Button>}>
            <Note tone="warn" icon="key">Shown this once. At the first login they must choose another one.</Note>
            <SecretText text={password} label="the password" />
        </Dialog>
    );
}

function AddDialog({ onClose, onMade }: { onClose: () => void; onMade: (made: { name: string; password: string }) => void }) {
    const roles = useRoleNames();
    const form = useForm({ name: "", displayName: "", email: "", password: "", roles: [] as string[] });
    return (
        <FormDialog
            title="Add a user"
            submit="Add user"
            form={form}
            onClose={onClose}
            save={async ({ name, displayName, email, password, roles: chosen }) => {
                const made = await got(api.POST("/users", {
                    body: {
                        name: name.trim(),
                        roles: chosen,
                        ...(displayName.trim() !== "" && { displayName: displayName.trim() }),
                        ...(email.trim() !== "" && { email: email.trim() }),
                        ...(password !== "" && { password }),
                    },
                }));
                await invalidate("users");
                if (made.initialPassword !== undefined) {
                    onMade({ name: made.name, password: made.initialPassword });
                }
            }}
        >
            <div class="pair">
                <Text form={form} name="name" label="User name" autoFocus hint="They log in with it." />
                <Text form={form} name="displayName" label="Full name" optional />
            </div>
            <Text form={form} name="email" label="E-mail" type="email" optional hint="For device configurations, codes and notices." />
            <Checks form={form} name="roles" label="Roles" choices={roles.map((role) => ({ value: role.name, label: role.name, hint: role.description || undefined }))} />
            <Advanced label="Set a password">
                <Text form={form} name="password" label="Password" type="password" autocomplete="new-password" optional hint="Leave it empty to get a one-time password that you hand over." />
            </Advanced>
        </FormDialog>
    );
}

export default function Users() {
    const q = query.value.get("q") ?? "";
    const state = query.value.get("state") ?? "";
    const role = query.value.get("role") ?? "";
    const roles = useRoleNames();
    const [adding, setAdding] = useState(query.value.has("new") && may("MANAGE USERS"));
    const [made, setMade] = useState<{ name: string; password: string }>();
    const listed = useListing(`users?${q}&${state}&${role}`, (cursor) =>
        got(api.GET("/users", {
            params: { query: { service: "false", ...(q && { q }), ...(state && { state }), ...(role && { role }), ...(cursor && { cursor }) } },
        })),
    );
    useMainAction("Add a user", () => setAdding(true), may("MANAGE USERS"));
    const add = may("MANAGE USERS") && <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Add user</Button>;
    const filtered = q + state + role !== "";
    return (
        <Page title="Users" text="Who may pass the checkpoint." actions={add}>
            <div class="filters">
                <Search label="Search users" value={q} onChange={(text) => setQuery("q", text)} />
                <Filter label="State" value={state} onChange={(value) => setQuery("state", value)} choices={[
                    { value: "", label: "Any state" }, { value: "active", label: "Active" }, { value: "locked", label: "Locked" }, { value: "disabled", label: "Disabled" },
                ]} />
                <Filter label="Role" value={role} onChange={(value) => setQuery("role", value)} choices={[
                    { value: "", label: "Any role" }, ...roles.map((one) => ({ value: one.name, label: one.name })),
                ]} />
                <Total amount={listed.total} one="user" />
            </div>
            <ListingTable
                listed={listed}
                label="Users"
                linked
                id={(user) => user.id}
                empty={filtered ? <Empty icon="search" title="Nobody fits" action={<LinkButton href="/users">Show all</LinkButton>}>No user has all of these.</Empty>
                    : <Empty icon="users" title="No users yet" action={add}>Add people one by one, or connect a directory and they come in with their first login.</Empty>}
                columns={[
                    { head: "Name", cell: (user) => <Cell lead={<Avatar name={user.displayName || user.name} />} title={user.displayName || user.name} small={user.name} href={`/users/${user.id}`} /> },
                    { head: "Roles", cell: (user) => <Badges items={user.roles} most={2} /> },
                    { head: "Second factor", cell: (user) => user.factorKinds.length > 0 ? <Badges items={user.factorKinds.map(factorName)} /> : <Badge tone="warn">none</Badge> },
                    { head: "Directory", cell: (user) => directoryName(user.directory) },
                    { head: "Last login", cell: (user) => <Ago at={user.lastLoginAt} /> },
                    { head: "State", cell: (user) => <Badge tone={USER_TONES[user.state]}>{user.state}</Badge> },
                ]}
            />
            {adding && <AddDialog onClose={() => setAdding(false)} onMade={setMade} />}
            {made && <FirstPassword user={made.name} password={made.password} onClose={() => setMade(undefined)} />}
        </Page>
    );
}
