// What django-allauth's script reports: the person closed the dialogue, or the browser knows no passkey for this site.
const told = document.getElementById('passkey-error')
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  told.hidden = false
})
