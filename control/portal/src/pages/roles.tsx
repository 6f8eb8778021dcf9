import { useState } from "preact/hooks";
import { api, got, ifMatch, whole } from "../api/client";
import type { Role } from "../api/types";
import { useRoleNames, useUserNames } from "../app/choices";
import { PERMISSIONS } from "../app/permissions";
import { useMainAction } from "../app/shortcuts";
import { useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { query, setQuery } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, Menu } from "../ui/controls";
import { deleteAfter, FormDialog } from "../ui/dialogs";
import { Checks, Text } from "../ui/fields";
import { Avatar, Badge, Badges, Cell, Empty, Page } from "../ui/parts";
import { ListingTable, Search, Total, useListing } from "../ui/table";

function Editor({ role, onClose }: { role: Role | undefined; onClose: () => void }) {
    const others = useRoleNames().filter((one) => one.id !== role?.id);
    const [base, setBase] = useState(role);
    const form = useForm(
        { name: base?.name ?? "", description: base?.description ?? "", permissions: base?.permissions ?? [], parents: base?.parents ?? [] },
        [base],
    );
    type Values = typeof form.values.value;
    const save = async (values: Values, version?: number): Promise<void> => {
        const body = { ...values, name: values.name.trim() };
        if (role === undefined) {
            await api.POST("/roles", { body });
        } else {
            await api.PUT("/roles/{id}", { params: { path: { id: role.id } }, body, headers: ifMatch(version) });
        }
        await invalidate("roles", "users");
        toast(role === undefined ? `The role ${body.name} is added.` : "Saved.");
    };
    return (
        <FormDialog
            title={role === undefined ? "Add a role" : `Edit ${role.name}`}
            submit={role === undefined ? "Add role" : "Save"}
            size="wide"
            form={form}
            onClose={onClose}
            save={(values) => save(values, base?.version)}
            {...(role !== undefined && {
                onOverwrite: (values: Values) => save(values),
                onReload: async () => setBase(await got(api.GET("/roles/{id}", { params: { path: { id: role.id } } }))),
            })}
        >
            <div class="pair">
                <Text form={form} name="name" label="Name" autoFocus />
                <Text form={form} name="description" label="Description" optional />
            </div>
            <Checks form={form} name="permissions" label="May do" hint="Give as little as the work needs." choices={PERMISSIONS.map((one) => ({ value: one.name, label: one.name, hint: one.text }))} />
            {others.length > 0 && (
                <Checks form={form} name="parents" label="Includes the roles" hint="Whoever has this role has those too: their permissions and their grants." choices={others.map((one) => ({ value: one.name, label: one.name }))} />
            )}
        </FormDialog>
    );
}

function Members({ role, onClose }: { role: Role; onClose: () => void }) {
    const users = useUserNames();
    const members = useQuery(`users?role-members=${role.name}`, () => whole((query) => api.GET("/roles/{id}/members", { params: { path: { id: role.id }, query } })));
    if (members.data === undefined) {
        return null;
    }
    return <MembersDialog key={role.id} role={role} before={members.data.items.map((one) => one.id)} users={users} onClose={onClose} />;
}

function MembersDialog({ role, before, users, onClose }: { role: Role; before: string[]; users: { id: string; name: string; displayName: string }[]; onClose: () => void }) {
    const form = useForm({ users: before });
    return (
        <FormDialog
            title={`Members of ${role.name}`}
            submit="Save"
            size="wide"
            form={form}
            onClose={onClose}
            save={async (body) => {
                await api.PUT("/roles/{id}/members", { params: { path: { id: role.id } }, body });
                await invalidate("roles", "users");
                toast("Saved.");
            }}
        >
            <Checks form={form} name="users" label="Users" choices={users.map((one) => ({ value: one.id, label: one.displayName || one.name, hint: one.name }))} />
        </FormDialog>
    );
}

export default function Roles() {
    const q = query.value.get("q") ?? "";
    const [editing, setEditing] = useState<Role | "new">();
    const [members, setMembers] = useState<Role>();
    const listed = useListing(`roles?${q}`, (cursor) => got(api.GET("/roles", { params: { query: { ...(q && { q }), ...(cursor && { cursor }) } } })));
    const manage = may("MANAGE ROLES");
    useMainAction("Add a role", () => setEditing("new"), manage);
    const add = manage && <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>Add role</Button>;
    const remove = async (role: Role): Promise<void> => {
        const gone = await deleteAfter(`role ${role.name}`, role.name, `${role.members} members lose it, and grants to it end at once.`, () =>
            api.DELETE("/roles/{id}", { params: { path: { id: role.id } } }));
        if (gone) {
            await invalidate("roles", "users");
            toast(`The role ${role.name} is deleted.`);
        }
    };
    return (
        <Page title="Roles" text="What people may do, in bundles. Grants to a role reach all its members." actions={add}>
            <div class="filters">
                <Search label="Search roles" value={q} onChange={(text) => setQuery("q", text)} />
                <Total amount={listed.total} one="role" />
            </div>
            <ListingTable
                listed={listed}
                label="Roles"
                id={(role) => role.id}
                empty={<Empty icon="role" title="No role fits">Roles bundle permissions and members.</Empty>}
                columns={[
                    { head: "Name", cell: (role) => <Cell lead={<Avatar name="" icon="role" />} title={<>{role.name} {role.builtIn && <Badge plain>shipped</Badge>}</>} small={role.description} /> },
                    { head: "May do", cell: (role) => <Badges items={role.permissions} most={2} /> },
                    { head: "Includes", cell: (role) => <Badges items={role.parents} /> },
                    { head: "Members", kind: "num", cell: (role) => role.members },
                    { head: "", kind: "end", cell: (role) => manage && (
                        <Menu label={`Actions of ${role.name}`} items={[
                            { label: "Edit", icon: "edit", run: () => setEditing(role), hidden: role.builtIn },
                            { label: "Members", icon: "users", run: () => setMembers(role) },
                            { label: "Delete", icon: "trash", danger: true, run: () => remove(role), hidden: role.builtIn },
                        ]} />
                    ) },
                ]}
            />
            {editing !== undefined && <Editor role={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />}
            {members && <Members role={members} onClose={() => setMembers(undefined)} />}
        </Page>
    );
}
