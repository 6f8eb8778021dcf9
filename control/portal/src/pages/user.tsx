import { useState } from "preact/hooks";
import { api, got, ifMatch, whole } from "../api/client";
import type { User } from "../api/types";
import { directoryName, useRoleNames } from "../app/choices";
import { PERMISSIONS } from "../app/permissions";
import type { PageProps } from "../app/pages";
import { browserName, factorName, placed, plural } from "../format/text";
import { dateTime } from "../format/time";
import { confirm } from "../state/confirm";
import { useForm } from "../state/form";
import { invalidate, optimistic, useQuery } from "../state/queries";
import { go } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, Menu } from "../ui/controls";
import { deleteAfter, FormDialog } from "../ui/dialogs";
import { Checks, Text } from "../ui/fields";
import { Ago, Avatar, Badge, Badges, Bones, Card, Cell, Empty, Facts, Failed, Loaded, Note, Page, type Tone } from "../ui/parts";
import { Filter, ListingTable, Search, Table, Total, useListing } from "../ui/table";
import { DEVICE_TONES } from "./devicestate";
import { FirstPassword, USER_TONES } from "./users";
import { ValidityState } from "./validity";

function EditDialog({ user, onClose }: { user: User; onClose: () => void }) {
    const roles = useRoleNames();
    const [base, setBase] = useState(user);
    const form = useForm({ displayName: base.displayName, email: base.email ?? "", roles: base.roles }, [base]);
    const path = { id: user.id };
    const put = async (body: { displayName: string; email: string; roles: string[] }, version: number | undefined): Promise<void> => {
        const { email, ...rest } = body;
        await api.PATCH("/users/{id}", { params: { path }, body: { ...rest, ...(email.trim() !== "" && { email: email.trim() }) }, headers: ifMatch(version) });
        await invalidate("users");
        toast("Saved.");
    };
    return (
        <FormDialog
            title={`Edit ${user.name}`}
            submit="Save"
            form={form}
            onClose={onClose}
            save={(values) => put(values, base.version)}
            onOverwrite={(values) => put(values, undefined)}
            onReload={async () => setBase(await got(api.GET("/users/{id}", { params: { path } })))}
        >
            <Text form={form} name="displayName" label="Full name" autoFocus />
            <Text form={form} name="email" label="E-mail" type="email" />
            <Checks form={form} name="roles" label="Roles" choices={roles.map((role) => ({ value: role.name, label: role.name, hint: role.description || undefined }))} />
        </FormDialog>
    );
}

function useActions(user: User, onPassword: (password: string) => void) {
    const path = { id: user.id };
    const key = `users/${user.id}`;
    const state = async (verb: "enable" | "disable" | "unlock", next: User["state"]): Promise<void> => {
        await optimistic<User>(key, (known) => ({ ...known, state: next }), () => api.POST(`/users/{id}/${verb}`, { params: { path } }));
        await invalidate("users");
    };
    return {
        enable: () => state("enable", "active"),
        unlock: () => state("unlock", "active"),
        disable: async () => {
            const sure = await confirm({ title: `Disable ${user.name}?`, text: "Their sessions, tokens and connections end at once.", confirm: "Disable", danger: true });
            if (sure !== undefined) {
                await state("disable", "disabled");
            }
        },
        resetPassword: async () => {
            const sure = await confirm({ title: `New password for ${user.name}?`, text: "The old one stops working, their sessions end, and their API tokens are revoked.", confirm: "Make a new one", danger: true });
            if (sure !== undefined) {
                const made = await got(api.POST("/users/{id}/reset-password", { params: { path } }));
                onPassword(made.password);
                toast(`Ended: ${plural(made.sessionsEnded, "session")}, ${plural(made.tokensRevoked, "API token")}.`, "info");
            }
        },
        resetFactors: async () => {
            const sure = await confirm({
                title: `Remove all second factors of ${user.name}?`,
                text: "Make sure that it is really them who asks. At the next login they set up new ones.",
                confirm: "Remove them",
                danger: true,
            });
            if (sure !== undefined) {
                await api.POST("/users/{id}/reset-factors", { params: { path } });
                await invalidate("users");
                toast("Their second factors are removed.");
            }
        },
        remove: async () => {
            const gone = await deleteAfter(`user ${user.name}`, user.name, "Their devices, grants and sessions go with them. This can't be taken back.", () =>
                api.DELETE("/users/{id}", { params: { path } }));
            if (gone) {
                await invalidate("users");
                toast(`${user.name} is deleted.`);
                go("/users");
            }
        },
    };
}

function Devices({ user }: { user: User }) {
    const devices = useQuery(`devices?user=${user.name}`, () => got(api.GET("/devices", { params: { query: { user: user.id } } })));
    return (
        <Card title="Devices" flush>
            <Loaded query={devices}>
                {(list) => list.items.length === 0 ? <Empty icon="laptop" title="No devices">They can add some themselves if their roles allow it.</Empty> : (
                    <Table
                        label="Devices"
                        linked
                        rows={list.items}
                        id={(one) => one.id}
                        columns={[
                            { head: "Name", cell: (one) => <Cell title={one.name} small={one.addresses.join(", ")} href={`/devices/${one.id}`} /> },
                            { head: "Last seen", cell: (one) => <Ago at={one.lastHandshakeAt} /> },
                            { head: "State", cell: (one) => <Badge tone={DEVICE_TONES[one.state]}>{one.state}</Badge> },
                        ]}
                    />
                )}
            </Loaded>
        </Card>
    );
}

const ACCESS: Record<string, { tone: Tone; text: string }> = {
    granted: { tone: "ok", text: "now" }, later: { tone: "warn", text: "not at this time" }, requestable: { tone: "accent", text: "on request" }, forbidden: { tone: "bad", text: "denied" },
};

const FILTERS = [{ value: "", label: "All" }, { value: "granted", label: "By a grant" }, { value: "requestable", label: "On request" }];

function Reaches({ user }: { user: User }) {
    const [q, setQ] = useState("");
    const [access, setAccess] = useState("");
    const listed = useListing(`resources?reach=${user.id}&${q}&${access}`, (cursor) =>
        got(api.GET("/users/{id}/resources", { params: { path: { id: user.id }, query: { limit: 20, ...(q && { q }), ...(access && { access }), ...(cursor && { cursor }) } } })));
    return (
        <Card title="Reaches" text="By grants to them and to their roles, also those that include these.">
            <div class="stack">
                <div class="filters">
                    <Search label="Search what they reach" value={q} onChange={setQ} />
                    <Filter label="Access" value={access} onChange={setAccess} choices={FILTERS} />
                    <Total amount={listed.total} one="resource" />
                </div>
                <ListingTable
                    listed={listed}
                    label="Reaches"
                    linked
                    id={(one) => one.id}
                    empty={<Empty icon="resource" title="Nothing">{q + access === "" ? "Access comes by a grant to them or to one of their roles." : "Search or filter for something else."}</Empty>}
                    columns={[
                        { head: "Resource", cell: (one) => <Cell title={one.name} small={one.opens} href={`/resources/${one.id}`} /> },
                        { head: "Access", cell: (one) => <span class="badges"><Badge tone={ACCESS[one.access]?.tone ?? ""}>{ACCESS[one.access]?.text ?? one.access}</Badge>{one.access === "granted" && !one.mfa && <Badge plain>no prompt</Badge>}</span> },
                        { head: "By", cell: (one) => one.by.length === 0 ? <span class="faint">nothing yet</span> : <Badges items={one.by.map((by) => `${by.deny ? "deny " : ""}${by.to.replace(":", " ")}`)} most={2} /> },
                        { head: "Ends", cell: (one) => one.until === undefined ? <span class="faint">never</span> : <ValidityState until={one.until} /> },
                    ]}
                />
            </div>
        </Card>
    );
}

function Sessions({ user }: { user: User }) {
    const key = `sessions/${user.id}`;
    const sessions = useQuery(key, () => whole((query) => api.GET("/sessions", { params: { query: { ...query, user: user.id } } })));
    const end = async (id: string): Promise<void> => {
        await api.DELETE("/sessions/{id}", { params: { path: { id } } });
        await invalidate(key);
    };
    return (
        <Card title="Logged in" flush>
            <Loaded query={sessions} lines={2}>
                {(list) => list.items.length === 0 ? <p class="body small quiet">Nowhere.</p> : (
                    <ul class="list">
                        {list.items.map((one) => (
                            <li key={one.id}>
                                <div class="grow"><b>{browserName(one.userAgent)}</b><div class="small quiet">{placed(one.source, one.place)} · <Ago at={one.seenAt} /></div></div>
                                <Button size="small" onClick={() => end(one.id)}>Log out</Button>
                            </li>
                        ))}
                    </ul>
                )}
            </Loaded>
        </Card>
    );
}

function Detail({ user }: { user: User }) {
    const [editing, setEditing] = useState(false);
    const [password, setPassword] = useState<string>();
    const actions = useActions(user, setPassword);
    const manage = may("MANAGE USERS");
    return (
        <Page
            title={user.displayName || user.name}
            text={`${user.name}${user.email ? ` · ${user.email}` : ""}`}
            back={{ href: "/users", label: "Users" }}
            actions={manage && (
                <>
                    {user.state === "locked" && <Button icon="unlock" onClick={actions.unlock}>Unlock</Button>}
                    {user.state === "disabled" && <Button icon="play" onClick={actions.enable}>Enable</Button>}
                    <Button icon="edit" onClick={() => setEditing(true)}>Edit</Button>
                    <Menu label="More actions" items={[
                        { label: "Reset password", icon: "key", run: actions.resetPassword, hidden: user.directory !== "internal" },
                        { label: "Remove second factors", icon: "passkey", run: actions.resetFactors },
                        { label: "Disable", icon: "pause", run: actions.disable, hidden: user.state === "disabled" },
                        "line",
                        { label: "Delete", icon: "trash", danger: true, run: actions.remove },
                    ]} />
                </>
            )}
        >
            <div class="split">
                <div class="stack">
                    {user.state === "locked" && (
                        <Note tone="bad" icon="lock">Locked after too many wrong attempts{user.lockedUntil ? `, until ${dateTime(user.lockedUntil)}` : ""}.</Note>
                    )}
                    {may("VIEW NETWORK") && <Devices user={user} />}
                    {may("VIEW NETWORK") && <Reaches user={user} />}
                    <Card title="May do" text="Through all roles together.">
                        {user.permissions.length === 0 ? <p class="quiet small">Nothing but reach what is granted.</p> : (
                            <ul class="stack small">
                                {PERMISSIONS.filter((one) => user.permissions.includes(one.name)).map((one) => (
                                    <li key={one.name}><b>{one.name}</b><br /><span class="quiet">{one.text}</span></li>
                                ))}
                            </ul>
                        )}
                    </Card>
                </div>
                <div class="stack">
                    <Card>
                        <div class="row"><Avatar name={user.displayName || user.name} large /><Badge tone={USER_TONES[user.state]}>{user.state}</Badge></div>
                        <Facts items={[
                            ["Roles", <Badges items={user.roles} most={8} />],
                            ["Second factor", user.factorKinds.length > 0 ? <Badges items={user.factorKinds.map(factorName)} /> : <Badge tone="warn">none</Badge>],
                            ["Directory", directoryName(user.directory)],
                            ["Last login", <Ago at={user.lastLoginAt} />],
                            ["Added", dateTime(user.createdAt)],
                        ]} />
                    </Card>
                    {may("MANAGE TOKENS") && <Sessions user={user} />}
                </div>
            </div>
            {editing && <EditDialog user={user} onClose={() => setEditing(false)} />}
            {password !== undefined && <FirstPassword user={user.name} password={password} onClose={() => setPassword(undefined)} />}
        </Page>
    );
}

export default function UserPage({ params }: PageProps) {
    const id = params.id ?? "";
    const user = useQuery(`users/${id}`, () => got(api.GET("/users/{id}", { params: { path: { id } } })));
    if (user.data === undefined) {
        return <Page title="User" back={{ href: "/users", label: "Users" }}>{user.error === undefined ? <Bones lines={6} /> : <Failed error={user.error} />}</Page>;
    }
    return <Detail user={user.data} />;
}
