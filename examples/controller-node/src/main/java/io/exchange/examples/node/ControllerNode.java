package io.exchange.examples.node;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command line of a node. */
@Command(
        name = "controller-node",
        description = {
            "Runs a controller node until Ctrl-C or SIGTERM. A stop is orderly: the node is not ready any more, its channels"
                    + " move to other nodes, commands in flight may end, and the node leaves the cluster.",
            "",
            "  java -jar controller-node.jar --sample > node.yaml",
            "  java -jar controller-node.jar --config=node.yaml --check",
            "  java -jar controller-node.jar --config=node.yaml",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = ControllerNode.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Done: printed, or checked and found right.",
            "1:The node could not start.",
            "2:The command line or the configuration is wrong.",
            "143:Stopped in order after SIGTERM (130 after Ctrl-C)."
        })
public final class ControllerNode implements Callable<Integer> {

    private static final int HELP_WIDTH = 100;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration, YAML or JSON: what differs from the sample. Default: nothing differs.")
    private @Nullable Path file;

    @Option(
            names = "--check",
            description = "Only check the configuration and print what it comes to, defaults included, secrets not.")
    private boolean check;

    @Option(names = "--sample", description = "Only print the sample, which documents every option and its default.")
    private boolean sample;

    @Option(names = "--verbose", description = "Log what happens: channels, nodes, refusals.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ControllerNode() {}

    /**
     * Runs the command line. Calls {@link System#exit} for a failure only.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        ControllerNode node = new ControllerNode();
        int exitCode = new CommandLine(node)
                .setExecutionExceptionHandler(node::failed)
                .setUsageHelpWidth(HELP_WIDTH)
                .execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    @Override
    public Integer call() throws Exception {
        Logging.configure(verbose);
        if (sample) {
            say(Configuration.sample());
            return 0;
        }
        NodeConfig config = config();
        requireFiles("connectors.tls", config.connectors().tls());
        requireFiles("cluster.links.tls", config.cluster().links().tls());
        Authentication.check(config);
        if (check) {
            say(Configuration.shown(config));
            return 0;
        }
        return run(config);
    }

    private NodeConfig config() throws IOException {
        try {
            return file == null ? Configuration.parse("{}") : Configuration.read(file);
        } catch (NoSuchFileException e) {
            throw new ParameterException(spec.commandLine(), "there is no file " + file, e);
        } catch (Configuration.InvalidException e) {
            throw new ParameterException(spec.commandLine(), file + ": " + e.getMessage(), e);
        }
    }

    private void requireFiles(String option, NodeConfig.Tls tls) {
        tls.unreadable().ifPresent(unreadable -> {
            throw new ParameterException(spec.commandLine(), option + ": the file " + unreadable + " cannot be read");
        });
    }

    private int run(NodeConfig config) throws Exception {
        try (StopSignal signal =
                new StopSignal(config.stop().drain().plus(config.stop().timeout()))) {
            Node node = new Node(config, this::say);
            try {
                node.start();
                signal.await();
                say("stopping");
            } finally {
                node.stop();
                say("stopped");
            }
        }
        return 0;
    }

    private int failed(Exception e, CommandLine command, ParseResult parsed) {
        command.getErr().println(command.getColorScheme().errorText(String.valueOf(e.getMessage())));
        if (verbose) {
            e.printStackTrace(command.getErr());
        }
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = ControllerNode.class.getPackage().getImplementationVersion();
            return new String[] {
                "Exchange controller node " + Optional.ofNullable(version).orElse("(not run from its jar)")
            };
        }
    }
}
