// Emits what its input's body asks for, or else the body itself.
exports.process = async function process(msg, cfg, snapshot) {
    const asked = msg.body && msg.body.emit ? msg.body.emit : [['data', { body: msg.body }]];
    for (const [kind, value] of JSON.parse(JSON.stringify(asked))) {
        await this.emit(kind, kind === 'error' || kind === 'rebound' ? new Error(value) : value);
    }
};
