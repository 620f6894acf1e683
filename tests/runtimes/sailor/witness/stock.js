// Sets the stock of everything that was ordered, and of something that nobody sells.
exports.process = async function process(msg) {
    const skus = new Set();
    for (const order of msg.body.orders) {
        for (const item of order.orderItems || []) {
            skus.add(item.sellerSKU);
        }
    }
    const messages = [...skus].sort().slice(0, 3).map(sku => ({ SKU: sku, Quantity: 77 }));
    messages.push({ SKU: 'NOBODY-SELLS-THIS', Quantity: 1 });
    await this.emit('data', { body: { messages } });
};
