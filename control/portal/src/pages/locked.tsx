import { useState } from "preact/hooks";
import { useLockedDevices } from "../app/nav";
import type { Device } from "../api/types";
import { invalidate } from "../state/queries";
import { may } from "../state/session";
import { Button, LinkButton } from "../ui/controls";
import { Card, Empty, Loaded, Note, Page } from "../ui/parts";
import { Evidence, PastLocks, ReasonBadge, unlock, useDecoys } from "./evidence";

function LockedDevice({ device, lock }: { device: Device; lock: NonNullable<Device["lock"]> }) {
    const decoys = useDecoys();
    const [past, setPast] = useState(false);
    return (
        <Card
            title={`${device.name} of ${device.user}`}
            actions={<ReasonBadge lock={lock} />}
            footer={
                <div class="row-wrap">
                    {may("MANAGE DEVICES") && <Button kind="primary" icon="unlock" onClick={() => unlock(device)}>Unlock</Button>}
                    {may("VIEW ALL LOGS") && <LinkButton icon="flow" href={`/flows?device=${encodeURIComponent(device.device)}`}>Its flows</LinkButton>}
                    <LinkButton icon="laptop" href={`/devices/${device.id}`}>Device</LinkButton>
                </div>
            }
        >
            <div class="stack">
                <Evidence lock={lock} decoys={decoys} />
                <details class="adv" onToggle={(event) => setPast(event.currentTarget.open)}>
                    <summary>Locks before this one</summary>
                    {past && <PastLocks device={device.id} />}
                </details>
            </div>
        </Card>
    );
}

/** Devices that pass nothing, with what they did; new ones appear by themselves. */
export default function Locked() {
    const devices = useLockedDevices();
    return (
        <Page title="Locked devices" text="They pass nothing, over restarts too, until somebody unlocks them.">
            <Loaded query={devices} retry={() => invalidate("devices")}>
                {(list) => list.items.length === 0 ? (
                    <Empty icon="checkCircle" title="No device is locked">
                        Whoever scans or touches a decoy is locked at once and appears here, with what they tried.
                    </Empty>
                ) : (
                    <div class="stack-l">
                        {(list.total ?? 0) > list.items.length && <Note icon="info">The first {list.items.length} of {list.total} are shown. <a href="/devices?state=locked">All of them</a></Note>}
                        {list.items.map((one) => one.lock && <LockedDevice key={one.id} device={one} lock={one.lock} />)}
                    </div>
                )}
            </Loaded>
        </Page>
    );
}
