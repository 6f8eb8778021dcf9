import { Page } from "../ui/parts";
import { FlowLog } from "./flowlog";

export default function MyFlows() {
    return (
        <Page title="My flows" text="What your devices reached, and what was refused.">
            <FlowLog ofOthers={false} />
        </Page>
    );
}
