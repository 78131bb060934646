console.log('The collector example is being written.');
