// Takes its time, then emits the body.
exports.process = async function process(msg) {
    await new Promise(resolve => setTimeout(resolve, 500));
    await this.emit('data', { body: msg.body });
};
