package dev.sekisho.control.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/// The first words that follow `sekisho`. A parser of all of them takes longer to make than many of them take to run.
///
/// @param environment of this process
record Words(Map<String, String> environment) {
    /// Makes the parser of one word with all that may follow it; of all words, when it is none that stands for itself.
    CommandLine parser(String first) {
        CommandLine line = new CommandLine(new SekishoCommand());
        Supplier<Object> command = commands().get(first);
        if (command != null && !needsAll(first)) {
            line.addSubcommand(first, command.get());
            return line;
        }
        NounCommands nouns = new NounCommands(environment);
        if (nouns.add(line, first)) {
            addToNouns(line);
            return line;
        }
        return parser();
    }

    /// Makes the parser of all words.
    CommandLine parser() {
        CommandLine line = new CommandLine(new SekishoCommand());
        commands().forEach((name, command) -> line.addSubcommand(name, command.get()));
        new NounCommands(environment).addTo(line);
        addToNouns(line);
        return line;
    }

    /// What speaks of the others.
    private static boolean needsAll(String word) {
        return word.equals("help") || word.equals("completion");
    }

    /// Verbs that are more than a request.
    private void addToNouns(CommandLine line) {
        CommandLine audit = line.getSubcommands().get("audit");
        if (audit != null) {
            audit.addSubcommand(new AuditVerifyCommand(environment)).addSubcommand(new AuditExportCommand(environment));
        }
        CommandLine flow = line.getSubcommands().get("flow");
        if (flow != null) {
            flow.addSubcommand(new FlowExportCommand(environment))
                    .addSubcommand(new FlowFollowCommand(environment))
                    .addSubcommand(new FlowTopCommand(environment));
        }
        CommandLine resource = line.getSubcommands().get("resource");
        if (resource != null) {
            resource.addSubcommand(new ResourceExportCommand(environment))
                    .addSubcommand(new ResourceImportCommand(environment));
        }
        CommandLine secret = line.getSubcommands().get("secret");
        if (secret != null) {
            secret.addSubcommand(new SecretResetCommand(environment));
        }
        CommandLine network = line.getSubcommands().get("network");
        if (network != null) {
            NetworkCommand.addTo(network, environment);
        }
        CommandLine server = line.getSubcommands().get("server");
        if (server != null) {
            server.addSubcommand(new FingerprintCommand(environment));
        }
    }

    private Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> words = new LinkedHashMap<>();
        words.put("up", UpCommand::new);
        words.put("genkey", GenkeyCommand::new);
        words.put("pubkey", PubkeyCommand::new);
        words.put("genpsk", GenpskCommand::new);
        words.put("tunnel", TunnelCommand::new);
        words.put("client", ClientCommand::new);
        words.put("show", ShowCommand::new);
        words.put("status", StatusCommand::new);
        words.put("flows", FlowsCommand::new);
        words.put("explain", () -> new ExplainCommand(environment));
        words.put("map", () -> new MapCommand(environment));
        words.put("simulate", () -> new SimulateCommand(environment).spec());
        words.put("challenges", ChallengesCommand::new);
        words.put("approve", ApproveCommand::new);
        words.put("deny", DenyCommand::new);
        words.put("devices", DevicesCommand::new);
        words.put("lock", LockCommand::new);
        words.put("unlock", UnlockCommand::new);
        words.put("demo", DemoCommand::new);
        words.put("userspace", UserspaceCommand::new);
        words.put("demo-peer", DemoPeerCommand::new);
        words.put("train", TrainCommand::new);
        words.put("login", () -> new LoginCommand(environment));
        words.put("logout", () -> new LogoutCommand(environment));
        words.put("backup", () -> new BackupCommand(environment));
        words.put("restore", () -> new RestoreCommand(environment));
        words.put("doctor", () -> new DoctorCommand(environment));
        words.put("completion", CompletionCommand::new);
        words.put("help", CommandLine.HelpCommand::new);
        return words;
    }
}
