// What a scope is called and what it lets a client do, and the methods that weigh most, in a few words each. Facts: docs/scopes.md.

export type ScopeText = { title: string; sentence: string };

/** Every scope of the proven versions, in the order in which a book shows them: the least first. */
export const SCOPE_TEXTS: Readonly<Record<string, ScopeText>> = {
  'operator.sessions.read': {
    title: 'Read conversations',
    sentence: 'See conversations and who takes part in them, and nothing beside them.',
  },
  'operator.sessions.write': {
    title: 'Take part in conversations',
    sentence: 'Start conversations and send into them; agents answer with all the tools that they have.',
  },
  'operator.read': {
    title: 'Look at everything',
    sentence: 'See conversations, logs, settings without their secrets, devices that are connected, costs. Change nothing.',
  },
  'operator.talk': { title: 'Hold voice conversations', sentence: 'Speak with agents and hear them.' },
  'operator.write': {
    title: 'Send messages and run agents',
    sentence:
      'Send messages in your name, run agents with all the tools that they have, and have connected nodes run commands. No admin is needed for that.',
  },
  'operator.questions': { title: 'Answer for the operator', sentence: 'Answer what agents ask of the operator before they go on.' },
  'operator.approvals': {
    title: 'Allow commands',
    sentence: 'Allow or deny what agents want to run on the host or on a node, once or for always.',
  },
  'operator.pairing': {
    title: 'Let devices in',
    sentence: 'Approve and remove devices and nodes, change and take back their tokens; never for more than it holds itself.',
  },
  'operator.talk.secrets': {
    title: 'Read voice keys',
    sentence: 'Read the keys of the voice services in clear. It opens no method of its own.',
  },
  'operator.admin': {
    title: 'Everything',
    sentence:
      'All that the other scopes allow, and the gateway itself: rewrite its configuration, let anything run on its host without asking, read its secrets, install software, and give any device anything. Whoever holds it has that machine.',
  },
};

/** Methods that weigh most, the gravest first: a book begins with them and says what they do. */
export const GRAVE_METHODS: Readonly<Record<string, string>> = {
  'config.patch': 'changes the gateway’s configuration, this console’s own footing included',
  'config.set': 'replaces the gateway’s configuration file',
  'config.apply': 'replaces the configuration and restarts the gateway',
  'exec.approvals.set': 'changes what may run on the host without anybody being asked',
  'exec.approvals.node.set': 'changes what may run on a node without anybody being asked',
  'terminal.open': 'opens a shell on the gateway’s host',
  'terminal.input': 'types into a shell on the gateway’s host',
  'sessions.catalog.startTerminal': 'opens a shell for a session',
  'environments.session.exec': 'runs a command in a managed environment',
  'nativeHook.invoke': 'calls a hook of the gateway directly',
  'browser.request': 'drives the browser with its signed-in sites',
  'desktop.launch': 'starts a remote desktop',
  'secrets.resolve': 'reads secrets in clear',
  'secrets.store.set': 'writes a secret of the gateway’s own store',
  'models.authSetApiKey': 'replaces the key of a model provider',
  'update.run': 'installs another version of the gateway',
  'plugins.install': 'installs a plugin, which runs as the gateway',
  'skills.install': 'installs a skill, which agents then follow',
  'skills.upload.commit': 'installs an uploaded skill',
  'cron.add': 'lets agents run later without anybody present',
  'agents.files.set': 'rewrites the instructions of an agent',
  'chat.inject': 'writes into a conversation as if it had been said',
  'attach.grant': 'lets another program join a session',
  'device.pair.setupCode': 'makes a code that pairs a device by itself',
  'users.setRole': 'changes what a person may do',
  'web.login.start': 'signs a channel in to another account',
  'device.pair.approve': 'lets a device in, or gives it more; never more than the approver holds',
  'node.pair.approve': 'lets a node run its commands, system.run among them',
  'device.token.rotate': 'replaces the token of a device',
  'device.token.revoke': 'takes the token of a device away',
  'device.pair.remove': 'removes a device',
  'node.pair.remove': 'removes a node',
  'channels.pairing.approve': 'lets somebody write to the agents through a channel',
  'node.invoke': 'has a connected node run one of its commands; system.run is any command on that machine',
  'computer.invoke': 'moves mouse and keys of a machine',
  'tools.invoke': 'uses a tool directly, without an agent',
  agent: 'runs an agent with all the tools that it has',
  'chat.send': 'runs an agent by a message',
  'sessions.send': 'runs an agent in a session',
  'sessions.create': 'starts a session',
  'exec.approval.resolve': 'allows or denies a command that an agent wants to run',
  'approval.resolve': 'allows or denies what waits for a word',
  'plugin.approval.resolve': 'allows or denies what a plugin asks for',
  'question.resolve': 'answers an agent in the operator’s place',
  send: 'sends a message through a channel in your name',
  'message.action': 'acts on messages of a channel in your name',
  'mcp.app.callTool': 'uses a tool of a connected app',
  'portal.open': 'makes a service of the host reachable through the gateway',
  'session.publicShare.set': 'makes a conversation readable by a public link',
  'talk.config': 'shows the voice settings; with talk.secrets their keys as well',
  'config.get': 'shows the configuration, secrets blanked',
  'logs.tail': 'reads the gateway’s log',
  'chat.history': 'reads what was said',
};

/** What the same method asks for beyond the scope under which it stands, by what it is called with (2026.9.6). */
export const ASKS_MORE: Readonly<Record<string, string>> = {
  agent: 'needs admin for a message that starts with /new or /reset',
  'channels.pairing.approve': 'needs admin as well to name the first owner of commands',
  'environments.list': 'needs write to ask for a runtime',
  'fs.listDir': 'needs admin to look at a node',
  'node.invoke': 'needs admin for files and the browser of a node',
  'plugins.sessionAction': 'needs what the plugin’s action names',
  'sessions.create': 'needs admin for a private session, another node or full permission',
  'sessions.delete': 'write is enough for one that is archived',
  'sessions.dispatch': 'needs admin without a named device',
  'sessions.move': 'needs admin to move it to another profile',
  'sessions.patch': 'needs admin for full permission or the sandbox',
  'sessions.patchMany': 'needs admin for full permission or the sandbox',
};
