import { api, got } from "../api/client";
import { useQuery } from "../state/queries";
import { Loaded, Page } from "../ui/parts";
import { Table } from "../ui/table";

export default function Licences() {
    const licences = useQuery("licences", () => got(api.GET("/licences")));
    return (
        <Page title="Licences" text="Sekisho stands on the work of others. Thank you.">
            <Loaded query={licences}>
                {(list) => (
                    <Table
                        label="Licences"
                        rows={list.items}
                        id={(one) => one.name}
                        columns={[
                            { head: "Name", cell: (one) => <b>{one.name}</b> },
                            { head: "Licence", cell: (one) => one.licence },
                        ]}
                    />
                )}
            </Loaded>
        </Page>
    );
}
