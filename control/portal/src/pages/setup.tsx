import { LinkButton } from "../ui/controls";
import { Card, Page } from "../ui/parts";
import { SetupSteps } from "./setupsteps";

/** How to set WireGuard up on each system. */
export default function Setup() {
    return (
        <Page
            title="Set up WireGuard"
            text="From the app to the first connection. The configuration of a device is shown when you add it, or comes by a link or a mail."
            actions={<LinkButton kind="primary" icon="plus" href="/me/devices">My devices</LinkButton>}
        >
            <Card><SetupSteps /></Card>
        </Page>
    );
}
