package dev.sekisho.control.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// Makes commands of the table [Nouns].
///
/// @param environment of this process
record NounCommands(Map<String, String> environment) {
    static final String DATA = "--data";
    static final String LIMIT = "--limit";
    private static final String DEFAULT_LIMIT = "1000";

    /// Adds all nouns to the root command.
    void addTo(CommandLine root) {
        Nouns.all().forEach(noun -> add(root, noun));
    }

    /// Adds the noun of this name.
    ///
    /// @return whether there is one
    boolean add(CommandLine root, String name) {
        for (Noun noun : Nouns.all()) {
            if (noun.name().equals(name) || aliases(noun).contains(name)) {
                add(root, noun);
                return true;
            }
        }
        return false;
    }

    private static List<String> aliases(Noun noun) {
        return noun.name().equals("secret") ? List.of("secrets") : List.of();
    }

    private void add(CommandLine root, Noun noun) {
        AtomicReference<CommandLine> itself = new AtomicReference<>();
        CommandSpec spec = CommandSpec.wrapWithoutInspection((Runnable) () -> {
            throw new ParameterException(itself.get(), "which verb?");
        });
        spec.name(noun.name()).mixinStandardHelpOptions(true);
        spec.usageMessage().description(noun.about()).synopsisSubcommandLabel("VERB");
        spec.aliases(aliases(noun).toArray(String[]::new));
        CommandLine command = new CommandLine(spec);
        itself.set(command);
        noun.verbs().forEach(verb -> command.addSubcommand(verb.name(), verb(noun, verb)));
        root.addSubcommand(noun.name(), command);
    }

    private CommandSpec verb(Noun noun, Verb verb) {
        ServerChoice server = new ServerChoice(environment);
        VerbCommand command = new VerbCommand(noun, verb, server);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
        command.use(spec);
        spec.name(verb.name()).mixinStandardHelpOptions(true);
        spec.usageMessage().description(verb.about());
        spec.addMixin("server", CommandSpec.forAnnotatedObject(server));
        if (verb.hasArgument()) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index("0")
                    .required(true)
                    .arity("1")
                    .type(String.class)
                    .paramLabel(argument(noun, verb))
                    .description("Which one, as the list shows it.")
                    .build());
        }
        verb.fields().forEach(field -> spec.addOption(option(field)));
        if (verb.kind() == Verb.Kind.LIST) {
            spec.addOption(OptionSpec.builder(LIMIT)
                    .type(Integer.class)
                    .paramLabel("N")
                    .defaultValue(DEFAULT_LIMIT)
                    .description("Items at most (default: " + DEFAULT_LIMIT + ").")
                    .build());
        } else if (command.hasBody() && verb.kind() != Verb.Kind.ITEM_REMOVE) {
            spec.addOption(OptionSpec.builder(DATA)
                    .type(String.class)
                    .paramLabel("FILE")
                    .description("A JSON object with further fields; - is standard input.")
                    .build());
        }
        return spec;
    }

    private static String argument(Noun noun, Verb verb) {
        if (verb.kind().isItem()) {
            return noun.keys().getFirst().toUpperCase(Locale.ROOT);
        }
        return noun.keys().isEmpty() ? "ID" : "NAME|ID";
    }

    /// A field as an option.
    static OptionSpec option(Field field) {
        OptionSpec.Builder option = OptionSpec.builder(field.option())
                .description(field.about() + ".")
                .paramLabel(field.type().label());
        switch (field.type()) {
            case SECRET, SECRET_UNLESS_ASKED -> option.type(boolean.class).hidden(true);
            case ASKED_SECRET, NONE, NO_MFA -> option.type(boolean.class);
            case BOOLEAN, ON, OFF -> option.type(Boolean.class).arity("0..1").fallbackValue("true");
            case MAP, SECRET_MAP, FILE_MAP, GROUP_MAP ->
                option.type(String[].class).arity("1");
            default -> option.type(String.class);
        }
        return option.build();
    }
}
