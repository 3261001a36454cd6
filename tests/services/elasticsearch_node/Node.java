import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch server on 127.0.0.1: {@code Node HOME DATA LOGS PORT}.
 *
 * <p>HOME holds {@code modules/}. The server closes in an orderly way when its standard input ends, so it does not
 * outlive the process that started it.
 */
public final class Node {
    private Node() {}

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.builder()
            .put("path.home", arguments[0])
            .put("path.data", arguments[1])
            .put("path.logs", arguments[2])
            .put("http.port", arguments[3])
            .put("transport.port", 0)
            .put("network.host", "127.0.0.1")
            .put("discovery.type", "single-node")
            .put("cluster.name", "cho-ocop-tests")
            .put("logger.level", "warn")
            // A full disk of the test machine would make indices read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), Path.of(arguments[0], "config"), () -> "test"
        );
        LogConfigurator.configureWithoutConfig(settings);
        LogConfigurator.configureESLogging();
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()), Set.of(), Map.of(), false
        );
        org.elasticsearch.node.Node node = new org.elasticsearch.node.Node(environment, plugins);
        node.start();
        while (System.in.read() != -1) {
            // wait for the end of the input
        }
        node.close();
        System.exit(0);
    }
}
