const { currentTask } = require('rxjs-parallel/worker');

exports.double = (n) => (currentTask() === undefined ? NaN : n * 2);
