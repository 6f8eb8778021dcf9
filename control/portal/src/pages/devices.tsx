import { useState } from "preact/hooks";
import { api, got } from "../api/client";
import type { Device, DeviceMade, IssuedLink } from "../api/types";
import { useUserChoices } from "../app/choices";
import { useMainAction } from "../app/shortcuts";
import { list } from "../format/text";
import { useForm } from "../state/form";
import { invalidate } from "../state/queries";
import { query, setFilter } from "../state/router";
import { may } from "../state/session";
import { toast } from "../state/toasts";
import { Button, LinkButton } from "../ui/controls";
import { Dialog, FormDialog } from "../ui/dialogs";
import { Advanced, Choice, Named, Switch, Text } from "../ui/fields";
import { Ago, Avatar, Badge, Cell, Empty, Page, useNow } from "../ui/parts";
import { Filter, PagedTable, Search, Total, usePages } from "../ui/table";
import { Counters, Sparkline, useMoving } from "../ui/traffic";
import { IssuedLinkView } from "./devicelink";
import { MadeDevice } from "./devicemade";
import { DEVICE_TONES, isOnline } from "./devicestate";

const SORTS = [
    { value: "", label: "By name" }, { value: "-name", label: "By name, Z to A" }, { value: "user", label: "By user" }, { value: "-seen", label: "Seen last" },
    { value: "seen", label: "Longest unseen" }, { value: "-traffic", label: "Most traffic" }, { value: "-created", label: "Newest first" }, { value: "created", label: "Oldest first" },
];

/** A device that was just added; `issued` = the link that hands it over. */
type Added = DeviceMade & { asked: boolean; issued?: IssuedLink };

function AddDialog({ onClose, onMade }: { onClose: () => void; onMade: (made: Added) => void }) {
    const form = useForm({ user: "", name: "", publicKey: "", addresses: "", presharedKey: false, sendMail: true, handOver: "here" });
    const users = useUserChoices(form.values.value.user);
    return (
        <FormDialog
            title="Add a device"
            submit="Add device"
            form={form}
            onClose={onClose}
            save={async (values) => {
                const addresses = list(values.addresses);
                const byLink = values.handOver === "link" && values.publicKey.trim() === "";
                const made = await got(api.POST("/devices", {
                    body: {
                        user: values.user,
                        name: values.name.trim(),
                        presharedKey: values.presharedKey,
                        sendMail: values.sendMail && !byLink,
                        ...(values.publicKey.trim() !== "" && { publicKey: values.publicKey.trim() }),
                        ...(addresses.length > 0 && { addresses }),
                    },
                }));
                const issued = byLink ? await got(api.POST("/devices/{id}/link", { params: { path: { id: made.device.id } }, body: { sendMail: values.sendMail } })) : undefined;
                onMade({ ...made, asked: values.sendMail, ...(issued && { issued }) });
                await invalidate("devices");
            }}
        >
            <Named form={form} name="user" label="User" choices={users} choice={(one) => ({ value: one.name, label: one.displayName ? `${one.displayName} (${one.name})` : one.name })} />
            <Text form={form} name="name" label="Name" placeholder="laptop" />
            <Choice form={form} name="handOver" label="Hand the configuration over" choices={[
                { value: "here", label: "On this screen, now" },
                { value: "link", label: "By a link that works once, for a day" },
            ]} />
            <Switch form={form} name="sendMail" label="Mail the instructions" hint="To the user's address, with the configuration or the link." />
            <Advanced>
                <Text form={form} name="publicKey" label="Public key" mono optional hint="When the device made its own pair. Else the server makes one and shows the private key once." />
                <Text form={form} name="addresses" label="Address in the tunnel" mono optional hint="Else the next free one." />
                <Switch form={form} name="presharedKey" label="Pre-shared key" hint="One more secret between this device and the server." />
            </Advanced>
        </FormDialog>
    );
}

function Presence({ device }: { device: Device }) {
    const time = useNow();
    if (device.state !== "active") {
        return <Badge tone={DEVICE_TONES[device.state]}>{device.state}</Badge>;
    }
    return isOnline(device, time) ? <Badge tone="ok">online</Badge> : <Badge>offline</Badge>;
}

/** Inside the tunnel, and where its datagrams come from. */
function Addresses({ device }: { device: Device }) {
    return (
        <span class="two">
            <span class="mono">{device.addresses.join(", ")}</span>
            {device.endpoint !== undefined && <small><span class="mono">{device.endpoint}</span>{device.place === undefined ? "" : ` ${device.place}`}</small>}
        </span>
    );
}

export default function Devices() {
    const q = query.value.get("q") ?? "";
    const state = query.value.get("state") ?? "";
    const [adding, setAdding] = useState(query.value.has("new") && may("MANAGE DEVICES"));
    const [made, setMade] = useState<Added>();
    const sort = query.value.get("sort") ?? "";
    const asked = { ...(q && { q }), ...(state && { state }), ...(sort && { sort }) };
    const paged = usePages(`devices?${new URLSearchParams(asked)}`, (page) => got(api.GET("/devices", { params: { query: { ...asked, ...page } } })));
    const moving = useMoving();
    const manage = may("MANAGE DEVICES");
    useMainAction("Add a device", () => setAdding(true), manage);
    const add = manage && <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Add device</Button>;
    const approve = async (device: Device): Promise<void> => {
        await api.POST("/devices/{id}/approve", { params: { path: { id: device.id } } });
        await invalidate("devices");
        toast(`${device.name} is let in.`);
    };
    return (
        <Page title="Devices" text="What people connect with." actions={add}>
            <div class="filters">
                <Search label="Search devices" value={q} onChange={(text) => setFilter("q", text)} />
                <Filter label="State" value={state} onChange={(value) => setFilter("state", value)} choices={[
                    { value: "", label: "Any state" }, { value: "active", label: "Active" }, { value: "pending", label: "Pending" },
                    { value: "locked", label: "Locked" }, { value: "disabled", label: "Disabled" }, { value: "expired", label: "Expired" },
                ]} />
                <Filter label="Order" value={sort === "name" ? "" : sort} onChange={(value) => setFilter("sort", value)} choices={SORTS} />
                <Total amount={paged.total} one="device" />
            </div>
            <PagedTable
                paged={paged}
                label="Devices"
                linked
                sorting={{ by: sort || "name", onChange: (by) => setFilter("sort", by === "name" ? "" : by) }}
                id={(device) => device.id}
                empty={q + state !== "" ? <Empty icon="search" title="No device fits" action={<LinkButton href="/devices">Show all</LinkButton>}>Try other words or another state.</Empty>
                    : <Empty icon="laptop" title="No devices yet" action={add}>A device has a key pair and an address in the tunnel. Add one and scan its QR code with the WireGuard app.</Empty>}
                columns={[
                    { head: "Device", sort: "name", cell: (one) => <Cell lead={<Avatar name="" icon="laptop" />} title={one.name} small={one.user} href={`/devices/${one.id}`} /> },
                    { head: "Address", cell: (one) => <Addresses device={moving(one)} /> },
                    { head: "Last seen", sort: "seen", cell: (one) => <Ago at={moving(one).lastHandshakeAt} /> },
                    { head: "Traffic", sort: "traffic", cell: (one) => <Counters device={moving(one)} /> },
                    { head: "Last minutes", cell: (one) => <Sparkline device={one} /> },
                    { head: "State", cell: (one) => <Presence device={moving(one)} /> },
                    { head: "", kind: "end", cell: (one) => manage && one.state === "pending" && <Button size="small" onClick={() => approve(one)}>Let in</Button> },
                ]}
            />
            {adding && <AddDialog onClose={() => setAdding(false)} onMade={setMade} />}
            {made && (
                <Dialog title={`${made.device.name} of ${made.device.user}`} size="wide" onClose={() => setMade(undefined)} footer={<Button kind="primary" onClick={() => setMade(undefined)}>Done</Button>}>
                    {made.issued ? <IssuedLinkView issued={made.issued} asked={made.asked} /> : <MadeDevice made={made} asked={made.asked} />}
                </Dialog>
            )}
        </Page>
    );
}
