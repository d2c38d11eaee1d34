// Ways to keep the codes: on paper, or in a file that the browser writes. Nothing is asked of the server again.
const codes = [...document.querySelectorAll('#codes code')].map((one) => one.textContent)
const file = new Blob([codes.join('\n') + '\n'], { type: 'text/plain' })
document.getElementById('download').href = URL.createObjectURL(file)
document.getElementById('print').addEventListener('click', () => window.print())
document.getElementById('keep').hidden = false
