// Which scope each method of openclaw@2026.4.14 needs, asked of its own resolver. Made by: node scripts/method-scopes.mjs 2026.4.14

/** By scope, names apart by white space; `node` is for role node, `unlisted` is answered but not in its list of methods. */
export const METHODS_2026_4_14: Readonly<Record<string, string>> = {
  node: `
    node.canvas.capability.refresh node.event node.invoke.result node.pending.ack node.pending.drain node.pending.pull skills.bins
  `,
  'operator.admin': `
    agents.create agents.delete agents.files.set agents.update channels.logout chat.inject config.apply config.patch config.schema
    config.set cron.add cron.remove cron.run cron.update exec.approvals.get exec.approvals.node.get exec.approvals.node.set
    exec.approvals.set secrets.reload secrets.resolve sessions.compact sessions.compaction.restore sessions.delete sessions.patch
    sessions.reset set-heartbeats skills.install skills.update system-event update.run web.login.start web.login.wait wizard.cancel
    wizard.next wizard.start wizard.status
  `,
  'operator.approvals': `
    exec.approval.get exec.approval.list exec.approval.request exec.approval.resolve exec.approval.waitDecision plugin.approval.list
    plugin.approval.request plugin.approval.resolve plugin.approval.waitDecision
  `,
  'operator.pairing': `
    device.pair.approve device.pair.list device.pair.reject device.pair.remove device.token.revoke device.token.rotate
    node.pair.approve node.pair.list node.pair.reject node.pair.request node.pair.verify node.rename
  `,
  'operator.read': `
    agent.identity.get agents.files.get agents.files.list agents.list channels.status chat.history commands.list config.get
    config.schema.lookup cron.list cron.runs cron.status doctor.memory.dreamDiary doctor.memory.status gateway.identity.get health
    last-heartbeat logs.tail models.list node.describe node.list sessions.compaction.get sessions.compaction.list sessions.get
    sessions.list sessions.messages.subscribe sessions.messages.unsubscribe sessions.preview sessions.resolve sessions.subscribe
    sessions.unsubscribe sessions.usage sessions.usage.logs sessions.usage.timeseries skills.detail skills.search skills.status status
    system-presence talk.config tools.catalog tools.effective tts.providers tts.status usage.cost usage.status voicewake.get
  `,
  'operator.write': `
    agent agent.wait chat.abort chat.send doctor.memory.backfillDreamDiary doctor.memory.dedupeDreamDiary
    doctor.memory.repairDreamingArtifacts doctor.memory.resetDreamDiary doctor.memory.resetGroundedShortTerm message.action
    node.invoke node.pending.enqueue poll push.test send sessions.abort sessions.compaction.branch sessions.create sessions.send
    sessions.steer talk.mode talk.speak tts.convert tts.disable tts.enable tts.setProvider voicewake.set wake
  `,
  unlisted: `
    chat.inject poll push.test sessions.get sessions.resolve sessions.steer sessions.usage sessions.usage.logs
    sessions.usage.timeseries web.login.start web.login.wait
  `,
};
