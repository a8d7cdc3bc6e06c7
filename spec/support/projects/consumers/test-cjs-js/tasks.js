const { currentTask } = require('rxjs-parallel/worker');
const { FACTOR } = require('./factor');

exports.double = (n) => (currentTask() === undefined ? NaN : n * FACTOR);
