package io.exchange.examples.quickstart;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line: a tour of all of it in one process, or a controller, a connector and a sender as processes. */
@Command(
        name = "quickstart",
        description = {
            "Exchange in one minute. Without a command: a tour in this process, with a controller, two targets and three"
                    + " connectors; it deploys an API definition, asks for status, loses a primary, and stops again.",
            "",
            "The same as separate processes, each in a terminal of its own:",
            "  java -jar quickstart.jar controller",
            "  java -jar quickstart.jar connector --target=gateway-eu",
            "  java -jar quickstart.jar send gateway-eu status.v1 '{}'",
            ""
        },
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Quickstart.Version.class,
        subcommands = {ControllerCommand.class, ConnectorCommand.class, SendCommand.class})
public final class Quickstart implements Callable<Integer> {

    private static final int HELP_WIDTH = 100;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log what happens: channels that open and close, back-offs, refusals.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Quickstart() {}

    /**
     * Runs the command line. Calls {@link System#exit} for a failure only: after a success the process ends by itself, which
     * shows that no thread is left.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        int exitCode = run(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /**
     * Runs the command line.
     *
     * @param args the command line
     * @return the exit code
     */
    static int run(String... args) {
        Quickstart quickstart = new Quickstart();
        return new CommandLine(quickstart)
                .setExecutionStrategy(quickstart::execute)
                .setExecutionExceptionHandler(quickstart::failed)
                .setParameterExceptionHandler(Quickstart::misused)
                .setUsageHelpWidth(HELP_WIDTH)
                .execute(args);
    }

    private int execute(ParseResult parsed) {
        Logging.configure(verbose);
        return new RunLast().execute(parsed);
    }

    private int failed(Exception e, CommandLine command, ParseResult parsed) {
        command.getErr().println(command.getColorScheme().errorText(String.valueOf(e.getMessage())));
        if (verbose) {
            e.printStackTrace(command.getErr());
        }
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static int misused(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(command.getColorScheme().errorText(e.getMessage()));
        command.getErr().println("Help: " + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public Integer call() throws Exception {
        return new Tour(spec.commandLine().getOut()).run();
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Quickstart.class.getPackage().getImplementationVersion();
            return new String[] {
                "Exchange quick start " + Optional.ofNullable(version).orElse("(not run from its jar)")
            };
        }
    }
}
